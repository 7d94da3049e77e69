import { buildSubgraphSchema } from "@apollo/subgraph";
import { printSchemaWithDirectives } from "@graphql-tools/utils";
import {
  type GraphQLArgument,
  type GraphQLEnumType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isIntrospectionType,
  isObjectType,
  lexicographicSortSchema,
  parse,
} from "graphql";
import { GraphQLDateTime } from "graphql-scalars";
import { buildSchema, createResolversMap, type PubSub } from "type-graphql";
import { UpstreamError } from "../feishu/errors.js";
import { ApplicationResolver } from "./application/resolver.js";
import { CustomFieldResolver } from "./custom-field/type.js";
import { guardEntities, guardService } from "./entities-field.js";
import { EvaluationTaskResolver } from "./evaluation-task/type.js";
import { ExamMarkingTasksChangedResolver } from "./exam-marking-task/changes.js";
import { ExamMarkingTaskExamsResolver } from "./exam-marking-task/resolver.js";
import { ExamMarkingTaskResolver } from "./exam-marking-task/type.js";
import { InterviewTaskResolver } from "./interview-task/type.js";
import { JobResolver } from "./job/resolver.js";
import { REFERENCE_RESOLVERS } from "./references.js";
import { revealPersonal } from "./reveal.js";
import { TalentResolver } from "./talent/resolver.js";
import { resolveUserFields } from "./user/resolver.js";
import { I18nTextResolver } from "./values.js";
import { ViewerResolver } from "./viewer/resolver.js";

/** On the schema's definition and not on an extension of it: relay-compiler 21 crashes on the latter. */
const LINK =
  'schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@authenticated", "@cost", "@key", "@listSize", "@requiresScopes", "@shareable", "@tag"])';

/** type-graphql wants one, even for subscriptions that have their own source. */
const NO_TOPICS: PubSub = {
  publish() {},
  subscribe() {
    throw new Error("there are no topics");
  },
};

/** The executable subgraph and its SDL, which is `schema.graphql`. */
export interface Graph {
  readonly schema: GraphQLSchema;
  readonly sdl: string;
}

/**
 * Builds the graph. type-graphql's own federation helper drops directives, so the schema is printed with them and built
 * anew as a subgraph around the same resolvers.
 */
export async function buildGraph(): Promise<Graph> {
  const base = await buildSchema({
    resolvers: [
      ExamMarkingTaskResolver,
      ExamMarkingTaskExamsResolver,
      ExamMarkingTasksChangedResolver,
      InterviewTaskResolver,
      EvaluationTaskResolver,
      JobResolver,
      TalentResolver,
      ApplicationResolver,
      ViewerResolver,
      CustomFieldResolver,
      I18nTextResolver,
    ],
    scalarsMap: [{ type: Date, scalar: GraphQLDateTime }],
    validate: false,
    // An introspection query at each start; the tests run it once.
    skipCheck: true,
    pubSub: NO_TOPICS,
  });
  const [query, subscription] = [base.getQueryType(), base.getSubscriptionType()];
  if (query) query.description = "What can be asked of Feishu Hire (飞书招聘).";
  if (subscription) subscription.description = "What can be watched of Feishu Hire (飞书招聘).";
  const sdl = `${printSchemaWithDirectives(lexicographicSortSchema(base)).replace(/^schema\b/m, LINK)}\n`;
  const resolvers: Record<string, object> = { ...createResolversMap(base) };
  for (const [type, reference] of Object.entries(REFERENCE_RESOLVERS)) {
    resolvers[type] = { ...resolvers[type], ...reference };
  }
  const schema = buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: resolvers as never }]);
  for (const type of Object.values(schema.getTypeMap())) {
    if (isEnumType(type) && !isIntrospectionType(type)) openEnum(type);
    if (!isObjectType(type)) continue;
    for (const arg of Object.values(type.getFields()).flatMap(({ args }) => args)) restoreDefault(arg);
  }
  guardEntities(schema);
  guardService(schema);
  resolveUserFields(schema);
  revealPersonal(schema);
  return { schema, sdl };
}

/** Defaults were read from the SDL before the enums got their internal values: there they are names still. */
function restoreDefault(arg: GraphQLArgument): void {
  const type = getNamedType(arg.type);
  if (isEnumType(type) && typeof arg.defaultValue === "string")
    arg.defaultValue = type.getValue(arg.defaultValue)?.value;
}

/** Feishu adds enum codes without notice: one that the schema lacks is an error of its field, and says whose it is. */
function openEnum(type: GraphQLEnumType): void {
  const serialize = type.serialize.bind(type);
  type.serialize = (value) => {
    try {
      return serialize(value);
    } catch {
      throw new UpstreamError("UPSTREAM_CONTRACT", `Feishu sent code ${value}, which ${type.name} does not have`, null);
    }
  };
}
