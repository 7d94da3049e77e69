import { type ClassType, Directive, Field, Int, ObjectType, registerEnumType } from "type-graphql";
import type { Connection as RelayConnection, PageInfo as RelayPageInfo } from "../../pagination/connection.js";
import { ERRORS, type ErrorCode, toPublicError } from "../errors.js";
import { FREE } from "../federation/directives.js";

/** The closed list of error codes as a GraphQL enum: names are values. */
export const ErrorCodeEnum = Object.fromEntries(Object.keys(ERRORS).map((code) => [code, code])) as {
  [Code in ErrorCode]: Code;
};

registerEnumType(ErrorCodeEnum, {
  name: "ErrorCode",
  description: "The closed list of error codes: `extensions.code` of every error, and of an interruption.",
  valuesConfig: Object.fromEntries(
    Object.entries(ERRORS).map(([code, { meaning }]) => [code, { description: meaning }]),
  ),
});

@Directive("@shareable")
@Directive(FREE)
@ObjectType({ description: "The position of a page in its list.", simpleResolvers: true })
export class PageInfo {
  @Field(() => Boolean, { description: "True if more items follow `endCursor`." })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: "Always false: Feishu's lists cannot be read backwards." })
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: "The first edge's cursor." })
  startCursor!: string | null;

  @Field(() => String, { nullable: true, description: "The last edge's cursor: `after` for the next page." })
  endCursor!: string | null;
}

@Directive("@shareable")
@Directive(FREE)
@ObjectType({
  description: "Why a list stops before its end and before `first`. Its rows are valid; continue at `endCursor`.",
})
export class Interruption {
  @Field(() => ErrorCodeEnum, { description: "The error code." })
  code!: ErrorCode;

  @Field(() => String, { description: "The error message." })
  message!: string;

  @Field(() => Int, {
    nullable: true,
    description: "Milliseconds to wait before continuing; `null` if Feishu did not specify it.",
  })
  retryAfterMs!: number | null;
}

/** Return value of a connection's resolver. */
export interface ConnectionOf<Node> {
  edges: readonly { node: Node; cursor: string }[];
  pageInfo: RelayPageInfo;
  interruption: Interruption | null;
}

/** Creates the Relay types `<name>Edge` and `<name>Connection` around a node. */
export function createConnectionTypes<Node extends object>(name: string, NodeClass: ClassType<Node>) {
  @Directive(FREE)
  @ObjectType(`${name}Edge`, { description: `A ${name} in a list.`, simpleResolvers: true })
  class Edge {
    @Field(() => NodeClass, {
      nullable: true,
      description: "The item; `null` only together with an error that explains it.",
    })
    node!: Node;

    @Field(() => String, { description: "The `after` to continue after this item, even in the middle of a page." })
    cursor!: string;
  }

  @Directive(FREE)
  @ObjectType(`${name}Connection`, { description: `A page of a list of ${name}s.`, simpleResolvers: true })
  class Connection implements ConnectionOf<Node> {
    @Field(() => [Edge], { description: "The items, in Feishu's order." })
    edges!: Edge[];

    @Field(() => PageInfo, { description: "The position of the page in the list." })
    pageInfo!: RelayPageInfo;

    @Field(() => Interruption, { nullable: true, description: "Always set when the list stops early." })
    interruption!: Interruption | null;
  }

  return { Edge, Connection };
}

/**
 * Converts a Relay connection to its GraphQL type. Passes the failure that interrupted it to `log`, because the
 * response's `errors` do not contain it.
 * @throws the failure when it is an internal fault, which does not justify a partial list.
 */
export function withInterruption<Node>(
  { edges, pageInfo, failure }: RelayConnection<Node>,
  log: (failure: unknown) => void,
): ConnectionOf<Node> {
  if (failure === undefined) return { edges, pageInfo, interruption: null };
  const error = toPublicError(failure);
  if (error.code === "INTERNAL_SERVER_ERROR") throw failure;
  log(failure);
  const { code, message, retryAfterMs = null } = error;
  return { edges, pageInfo, interruption: { code, message, retryAfterMs } };
}
