import { type GraphQLEnumType, type GraphQLSchema, isEnumType, isIntrospectionType } from "graphql";
import { GraphQLDateTime } from "graphql-scalars";
import { buildSchema, type PubSub } from "type-graphql";
import { UpstreamError } from "../../feishu/errors.js";
import { ApplicationResolver } from "../application/resolver.js";
import { CustomFieldResolver } from "../custom-field/type.js";
import { EvaluationTaskResolver } from "../evaluation-task/type.js";
import { ExamMarkingTasksChangedResolver } from "../exam-marking-task/changes.js";
import { ExamMarkingTaskExamsResolver } from "../exam-marking-task/resolver.js";
import { ExamMarkingTaskResolver } from "../exam-marking-task/type.js";
import { printSubgraph, toSubgraph } from "../federation/subgraph.js";
import { InterviewTaskResolver } from "../interview-task/type.js";
import { JobResolver } from "../job/resolver.js";
import { TalentResolver } from "../talent/resolver.js";
import { resolveUserFields } from "../user/resolver.js";
import { ViewerResolver } from "../viewer/resolver.js";
import { unwrapPii } from "./unwrap-pii.js";
import { I18nTextResolver } from "./values.js";

/** Placeholder: type-graphql requires a `PubSub`, even for subscriptions with their own source. */
const NO_TOPICS: PubSub = {
  publish() {},
  subscribe() {
    throw new Error("the placeholder PubSub has no topics");
  },
};

/** Builds the executable subgraph. */
export async function buildGraph(): Promise<GraphQLSchema> {
  const schema = toSubgraph(await buildBase());
  for (const type of Object.values(schema.getTypeMap())) {
    if (isEnumType(type) && !isIntrospectionType(type)) openEnum(type);
  }
  resolveUserFields(schema);
  unwrapPii(schema);
  return schema;
}

/** Prints the SDL: `schema.graphql`. */
export const printGraph = async (): Promise<string> => printSubgraph(await buildBase());

/** Builds the type-graphql schema of the decorated classes. */
async function buildBase(): Promise<GraphQLSchema> {
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
    // The check runs an introspection query at each start; the tests run it once.
    skipCheck: true,
    pubSub: NO_TOPICS,
  });
  const [query, subscription] = [base.getQueryType(), base.getSubscriptionType()];
  if (query) query.description = "Queries for Feishu Hire (飞书招聘) data.";
  if (subscription) subscription.description = "Subscriptions to Feishu Hire (飞书招聘) data.";
  return base;
}

/** Makes an unknown code an error of its field that names Feishu, which adds codes without notice. */
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
