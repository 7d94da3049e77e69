import { type ClassType, Directive, Field, ObjectType, registerEnumType } from "type-graphql";
import { PERSONAL } from "../federation/access-directives.js";
import { FREE } from "../federation/cost-directives.js";

/** A field's type as decorators take it: a scalar, an enum, an object type, or a list of one in brackets. */
type TypeRef = ReturnType<Extract<Parameters<typeof Field>[0], (...args: never[]) => unknown>>;

/** One field: its type, its description, and whether it is there in any case, or personal. */
export type FieldSpec = readonly [type: TypeRef, description: string, mark?: "required" | "personal"];

/**
 * An object type whose fields are those of `Data` under the same names, one line each. All may be null unless they are
 * required: Feishu leaves out silently what the app has no permission for.
 */
export function objectType<Data extends object>(
  name: string,
  description: string,
  fields: { readonly [K in keyof Data & string]?: FieldSpec },
  directives: readonly string[] = [SHAREABLE, FREE],
): ClassType<Data> {
  const type = { [name]: class {} }[name] as ClassType<Data>;
  for (const [field, spec] of Object.entries(fields as Readonly<Record<string, FieldSpec>>)) {
    const [fieldType, fieldDescription, mark] = spec;
    Field(() => fieldType, { nullable: mark !== "required", description: fieldDescription })(type.prototype, field);
    if (mark === "personal") Directive(PERSONAL)(type.prototype, field);
  }
  for (const directive of directives) Directive(directive)(type);
  // Plain fields: graphql-js reads them itself, without a wrapper a field.
  ObjectType(name, { description, simpleResolvers: true })(type);
  return type;
}

/** Other subgraphs may know it as well, and provide it with what they say of an entity. */
export const SHAREABLE = "@shareable";

/** Marks fields of a type that `objectType` has made. */
export function directOnFields(
  type: ClassType<object>,
  fields: readonly string[],
  directives: readonly string[],
): void {
  for (const field of fields) for (const directive of directives) Directive(directive)(type.prototype, field);
}

/** An enum of Feishu's: names for its codes. A code that is missing here is an error of its field (see the schema). */
export function enumType<const Codes extends Readonly<Record<string, number>>>(
  name: string,
  description: string,
  codes: Codes,
): Codes {
  const values = Object.entries(codes).map(([value, code]) => [
    value,
    { description: `Feishu's code ${code}: ${inWords(value)}.` },
  ]);
  registerEnumType(codes, { name, description, valuesConfig: Object.fromEntries(values) });
  return codes;
}

const inWords = (name: string): string => name.toLowerCase().replaceAll("_", " ");
