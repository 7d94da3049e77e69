import { maxAliasesRule } from "@escape.tech/graphql-armor-max-aliases";
import { maxDepthRule } from "@escape.tech/graphql-armor-max-depth";
import { maxDirectivesRule } from "@escape.tech/graphql-armor-max-directives";
import { GraphQLError, Kind, type SelectionSetNode, type ValidationContext, type ValidationRule } from "graphql";

/** Limits of a request. The flagship query has about 100 tokens, 7 levels and one root field. */
export const LIMITS = {
  /** Bytes of a request body. */
  bodyBytes: 1024 * 1024,
  /** Milliseconds that a request may take to arrive. */
  receiveMs: 10_000,
  /** Milliseconds between checks of `receiveMs`. */
  checkIntervalMs: 1000,
  /** Tokens of a document; GraphiQL's introspection query has 300. */
  tokens: 3000,
  /** Levels of fields, without introspection. */
  depth: 20,
  aliases: 30,
  directives: 50,
  /** Fields of `Query`, including those in fragments. */
  rootFields: 20,
} as const;

/** Reports the message of the rule without its `Syntax Error: ` prefix. */
const report = {
  propagateOnRejection: false,
  onReject: [
    (context: ValidationContext | null, error: GraphQLError): void => {
      context?.reportError(new GraphQLError(error.message.replace("Syntax Error: ", "")));
    },
  ],
};

/** Limits on documents, as validation rules. */
export const LIMIT_RULES: readonly ValidationRule[] = [
  maxDepthRule({ n: LIMITS.depth, ...report }) as ValidationRule,
  maxAliasesRule({ n: LIMITS.aliases, ...report }) as ValidationRule,
  maxDirectivesRule({ n: LIMITS.directives, ...report }) as ValidationRule,
  maxRootFieldsRule,
];

/** Limits the number of root fields; the packages have no rule for it. */
function maxRootFieldsRule(context: ValidationContext) {
  // Each fragment is walked once, however often it is spread. Another rule rejects fragments that contain themselves.
  const counted = new Map<string, number>();
  const countFragment = (name: string): number => {
    const known = counted.get(name);
    if (known !== undefined) return known;
    counted.set(name, 0);
    const fragment = context.getFragment(name);
    const found = fragment ? count(fragment.selectionSet) : 0;
    counted.set(name, found);
    return found;
  };
  const count = ({ selections }: SelectionSetNode): number =>
    selections.reduce((sum, node) => {
      if (node.kind === Kind.FIELD) return sum + 1;
      return sum + (node.kind === Kind.INLINE_FRAGMENT ? count(node.selectionSet) : countFragment(node.name.value));
    }, 0);
  return {
    OperationDefinition({ selectionSet }: { readonly selectionSet: SelectionSetNode }): void {
      const found = count(selectionSet);
      if (found <= LIMITS.rootFields) return;
      context.reportError(new GraphQLError(`Root fields limit of ${LIMITS.rootFields} exceeded, found ${found}.`));
    },
  };
}
