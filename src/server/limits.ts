import { maxAliasesRule } from "@escape.tech/graphql-armor-max-aliases";
import { maxDepthRule } from "@escape.tech/graphql-armor-max-depth";
import { maxDirectivesRule } from "@escape.tech/graphql-armor-max-directives";
import { GraphQLError, Kind, type SelectionSetNode, type ValidationContext, type ValidationRule } from "graphql";
import { MAX_REPRESENTATIONS } from "../graph/entities-field.js";

/** What a request may be at most. The flagship query has about 100 tokens, 7 levels and one root field. */
export const LIMITS = {
  /** Bytes of a request's body. */
  bodyBytes: 1024 * 1024,
  /** Milliseconds in which a request has to have arrived, and how often that is looked at. */
  receiveMs: 10_000,
  lookEveryMs: 1000,
  /** Tokens of a document; GraphiQL's introspection has 300. */
  tokens: 3000,
  /** Levels of fields, introspection not counted. */
  depth: 20,
  aliases: 30,
  directives: 50,
  /** Fields of `Query`, those in fragments included. */
  rootFields: 20,
  /** Objects that `_entities` is asked for at once. */
  representations: MAX_REPRESENTATIONS,
} as const;

/** Says what is wrong in the words of the rule, without calling it a syntax error. */
const report = {
  propagateOnRejection: false,
  onReject: [
    (context: ValidationContext | null, error: GraphQLError): void => {
      context?.reportError(new GraphQLError(error.message.replace("Syntax Error: ", "")));
    },
  ],
};

/** The limits on documents, as rules of validation. */
export const LIMIT_RULES: readonly ValidationRule[] = [
  maxDepthRule({ n: LIMITS.depth, ...report }) as ValidationRule,
  maxAliasesRule({ n: LIMITS.aliases, ...report }) as ValidationRule,
  maxDirectivesRule({ n: LIMITS.directives, ...report }) as ValidationRule,
  maxRootFieldsRule,
];

/** The packages have no rule for this one. */
function maxRootFieldsRule(context: ValidationContext) {
  const count = ({ selections }: SelectionSetNode, seen: ReadonlySet<string>): number =>
    selections.reduce((sum, node) => {
      if (node.kind === Kind.FIELD) return sum + 1;
      if (node.kind === Kind.INLINE_FRAGMENT) return sum + count(node.selectionSet, seen);
      const { value: name } = node.name;
      const fragment = seen.has(name) ? null : context.getFragment(name);
      return sum + (fragment ? count(fragment.selectionSet, new Set([...seen, name])) : 0);
    }, 0);
  return {
    OperationDefinition({ selectionSet }: { readonly selectionSet: SelectionSetNode }): void {
      const found = count(selectionSet, new Set());
      if (found <= LIMITS.rootFields) return;
      context.reportError(new GraphQLError(`Root fields limit of ${LIMITS.rootFields} exceeded, found ${found}.`));
    },
  };
}
