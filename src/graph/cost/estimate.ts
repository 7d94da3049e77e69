import { collectFields, collectSubFields } from "@graphql-tools/utils";
import {
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
} from "graphql";
import { MAX_TASKS_PER_CHANGE } from "../../live/subscriber.js";
import { type EntityKind, isFeishuId, TASK_PAGE_SIZE, type TaskKind } from "../../loaders/index.js";
import { maxCalls } from "../../pagination/paginate.js";
import { applicationFields } from "../application/fields.js";
import { FIELDS_ON_ROW } from "../load-reference.js";
import { type Executed, type Selection, selectionOf } from "../selection.js";
import { beyond, rowSelectionsOf } from "../task-list/row-selections.js";
import { UserIdType } from "../user/type.js";
import {
  type PlanStep,
  type Price,
  priceOfEntities,
  priceOfExams,
  priceOfJointReads,
  priceOfList,
  priceOfUsers,
} from "./endpoint-prices.js";
import { priceOfReferredUsers, priceOfUsersBelow } from "./users.js";

/** Settings that estimates depend on, besides the document. */
export interface EstimateSettings {
  readonly maxFirst: number;
  readonly basicNames: boolean;
  readonly jointReads: boolean;
}

/** A root field with the values of its arguments. */
interface RootField {
  readonly path: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly select: (typeName?: string) => Selection;
  readonly settings: EstimateSettings;
}

type Estimator = (field: RootField) => readonly PlanStep[];

/**
 * Estimates the maximum calls of an operation, by field and endpoint. Assumes that nothing is cached or coalesced and
 * that every list is as long as its `first` allows. Returns no steps if the variables cannot be coerced, because the
 * operation does not run then. Counts a row's job and its application's job as one. Assumes at most 50 users per
 * entity.
 */
export function estimate(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: Executed["fragments"],
  rawVariables: Readonly<Record<string, unknown>>,
  settings: EstimateSettings,
): readonly PlanStep[] {
  const root = schema.getRootType(operation.operation);
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], rawVariables);
  if (!root || !coerced) return [];
  const executed: Executed = { schema, fragments, operation, variableValues: coerced };
  const { fields } = collectFields(schema, fragments, { coerced, sources: {} }, root, operation.selectionSet);
  return estimateFields(executed, root, fields, "", settings);
}

function estimateFields(
  executed: Executed,
  type: GraphQLObjectType,
  fields: ReadonlyMap<string, readonly FieldNode[]>,
  above: string,
  settings: EstimateSettings,
): readonly PlanStep[] {
  return [...fields].flatMap(([key, fieldNodes]) => {
    const path = `${above}${key}`;
    const [node] = fieldNodes;
    const field = node && type.getFields()[node.name.value];
    if (!field) return [];
    if (field.name === "viewer") return estimateViewer(executed, field, fieldNodes, path, settings);
    const estimator = ESTIMATORS[field.name];
    const args = argumentsOf(field, node, executed.variableValues);
    const returnType = field.type;
    const select = (typeName?: string) =>
      selectionOf({ ...executed, fieldNodes: [...fieldNodes], returnType }, typeName);
    return estimator && args ? estimator({ path, args, select, settings }) : [];
  });
}

/** Estimates the viewer: its own list costs what any list does, and its name may need a directory lookup. */
function estimateViewer(
  executed: Executed,
  field: GraphQLField<unknown, unknown>,
  fieldNodes: readonly FieldNode[],
  path: string,
  settings: EstimateSettings,
): readonly PlanStep[] {
  const type = getNamedType(field.type) as GraphQLObjectType;
  const variables = { coerced: executed.variableValues, sources: {} };
  const { fields } = collectSubFields(executed.schema, executed.fragments, variables, type, [...fieldNodes]);
  const names = new Set([...fields.values()].flat().map(({ name }) => name.value));
  const name = names.has("name") ? at(path, [priceOfUsers(1, 1, new Set(["name"]), settings.basicNames)]) : [];
  return [...name, ...estimateFields(executed, type, fields, `${path}.`, settings)];
}

/** Returns the arguments of a field; `null` if they are invalid. Such a field fails before it costs anything. */
export function argumentsOf(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  variables: Executed["variableValues"],
) {
  try {
    return getArgumentValues(field, node, variables);
  } catch {
    return null;
  }
}

const at = (path: string, prices: readonly Price[]): PlanStep[] =>
  prices.filter(({ calls }) => calls > 0).map((price) => ({ path, ...price }));

function estimateList(kind: TaskKind, { path, args, select, settings }: RootField): readonly PlanStep[] {
  const first = Number(args.first);
  // The field rejects this value before any call.
  if (first < 0 || first > settings.maxFirst) return [];
  const node = select().under("edges").under("node");
  const selections = rowSelectionsOf(node);
  const below = `${path}.edges.node`;
  const isJoint = settings.jointReads && Object.values(selections).some(({ size }) => size > 0);
  return [
    ...at(path, [priceOfList(kind, maxCalls(first, TASK_PAGE_SIZE, args.after || null))]),
    ...at(below, isJoint ? priceOfJointReads(first, selections) : []),
    ...estimateRows(below, node, first, settings.basicNames),
  ];
}

/** Estimates the reads that `count` rows lead to. */
function estimateRows(path: string, node: Selection, count: number, basicNames: boolean): readonly PlanStep[] {
  const selections = rowSelectionsOf(node);
  const entities = (Object.keys(selections) as EntityKind[]).filter((name) => selections[name].size > 0);
  return [
    ...entities.flatMap((name) => at(`${path}.${name}`, priceOfEntities(name, count, selections[name]))),
    ...estimateExams(`${path}.exams`, node, count),
    ...estimateExams(`${path}.application.exams`, node.under("application"), count),
    ...at(path, priceOfUsersBelow(node, 1, count, basicNames)),
  ];
}

/** Estimates one message of a subscription. Its list is read for all subscribers and charged to none. */
const estimateMessage: Estimator = ({ path, select, settings }) =>
  estimateRows(`${path}.tasks`, select().under("tasks"), MAX_TASKS_PER_CHANGE, settings.basicNames);

const estimateExams = (path: string, of: Selection, count: number): PlanStep[] =>
  of.names.has("exams") ? at(path, [priceOfExams(count)]) : [];

/** Estimates `count` entities that are requested by id. */
function estimateEntities(
  kind: EntityKind,
  path: string,
  count: number,
  of: Selection,
  basicNames: boolean,
): PlanStep[] {
  if (count === 0) return [];
  const fields = kind === "application" ? applicationFields(of) : of.names;
  const prices = at(path, priceOfEntities(kind, count, fields));
  const users = at(path, priceOfUsersBelow(of, count, count, basicNames));
  if (kind !== "application") return [...prices, ...users];
  // Each application arrives separately and requests its exams then.
  const exams = of.names.has("exams") ? at(`${path}.exams`, [{ ...priceOfExams(1), calls: count }]) : [];
  const job = beyond(FIELDS_ON_ROW.job, of.under("job"));
  const talent = beyond(FIELDS_ON_ROW.talent, of.under("talent"));
  return [
    ...prices,
    ...(job.size > 0 ? at(`${path}.job`, priceOfEntities("job", count, job)) : []),
    ...(talent.size > 0 ? at(`${path}.talent`, priceOfEntities("talent", count, talent)) : []),
    ...exams,
    ...users,
  ];
}

const estimateOne =
  (kind: EntityKind): Estimator =>
  ({ path, args, select, settings }) =>
    isFeishuId(String(args.id)) ? estimateEntities(kind, path, 1, select(), settings.basicNames) : [];

function estimateReferences({ path, args, select, settings }: RootField): readonly PlanStep[] {
  const references = (args.representations as readonly unknown[]).filter(
    (item): item is Readonly<Record<string, unknown>> => typeof item === "object" && item !== null,
  );
  const idsOf = (typeName: string): Set<unknown> =>
    new Set(references.filter(({ __typename }) => __typename === typeName).map(({ id }) => id));
  const entities = Object.entries({ Job: "job", Talent: "talent", Application: "application" } as const);
  const users = references.filter(({ __typename }) => __typename === "User");
  // Each id type is a batch of its own.
  const usersByKind = ID_KINDS.map(
    (kind) => new Set(users.filter(({ idType }) => idType === kind).map(({ id }) => id)),
  );
  const usersByOpenId = new Set(users.filter(({ id }) => id === undefined).map(({ openId }) => openId));
  return [
    ...entities.flatMap(([typeName, kind]) =>
      estimateEntities(kind, path, idsOf(typeName).size, select(typeName), settings.basicNames),
    ),
    ...at(
      path,
      [...usersByKind, usersByOpenId].flatMap(({ size }) =>
        priceOfReferredUsers(select("User"), size, settings.basicNames),
      ),
    ),
  ];
}

/** Id types as representations name them. */
const ID_KINDS = Object.keys(UserIdType);

const ESTIMATORS: Readonly<Record<string, Estimator>> = {
  examMarkingTasks: (field) => estimateList("examMarkingTasks", field),
  interviewTasks: (field) => estimateList("interviewTasks", field),
  evaluationTasks: (field) => estimateList("evaluationTasks", field),
  examMarkingTasksChanged: estimateMessage,
  job: estimateOne("job"),
  talent: estimateOne("talent"),
  application: estimateOne("application"),
  _entities: estimateReferences,
};

/** Returns the fragments of a document by name. */
export function fragmentsOf(definitions: readonly { readonly kind: string }[]): Executed["fragments"] {
  const fragments: Record<string, Executed["fragments"][string]> = {};
  for (const definition of definitions as readonly Executed["fragments"][string][]) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  }
  return fragments;
}
