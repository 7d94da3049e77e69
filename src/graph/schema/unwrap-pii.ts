import { defaultFieldResolver, type GraphQLSchema, getDirectiveValues, isObjectType } from "graphql";
import { reveal } from "../../core/secret.js";

/** Unwraps PII in the fields that the SDL tags as such, and nowhere else. */
export function unwrapPii(schema: GraphQLSchema): void {
  const tag = schema.getDirective("tag");
  if (!tag) throw new Error("the schema has no @tag");
  for (const type of Object.values(schema.getTypeMap()).filter(isObjectType)) {
    for (const field of Object.values(type.getFields())) {
      if (!field.astNode || getDirectiveValues(tag, field.astNode)?.name !== "pii") continue;
      const resolve = field.resolve ?? defaultFieldResolver;
      field.resolve = async (...args) => reveal(await resolve(...args));
    }
  }
}
