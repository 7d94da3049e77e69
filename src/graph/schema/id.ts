import { GraphQLError, GraphQLID, GraphQLScalarType } from "graphql";

/**
 * `ID` that rejects JSON numbers beyond 2^53 - 1. `JSON.parse` has rounded them: they would name another entity.
 * Smaller integers are exact and become their digits, as GraphQL allows.
 */
export const ID = new GraphQLScalarType({
  ...GraphQLID.toConfig(),
  parseValue: (value) => GraphQLID.parseValue(exactId(value)),
});

/**
 * Returns an id as its text if no digit can have been lost; returns a value that is no number unchanged.
 * @throws {GraphQLError} for a number that is not a safe integer.
 */
export function exactId(value: unknown): unknown {
  if (typeof value !== "number") return value;
  if (Number.isSafeInteger(value)) return String(value);
  throw new GraphQLError("an id beyond 2^53 - 1 must be a string, because a JSON number loses digits");
}
