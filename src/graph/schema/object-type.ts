import { type ClassType, Directive, Field, ObjectType, registerEnumType } from "type-graphql";
import { FREE, PERSONAL } from "../federation/directives.js";

/** Field type as decorators take it: scalar, enum, object type, or one of these in brackets for a list. */
type TypeRef = ReturnType<Extract<Parameters<typeof Field>[0], (...args: never[]) => unknown>>;

/** Mark of a field that is always present, PII, or deprecated. */
type FieldMark = "required" | "personal" | { readonly replacedBy: string };

/** One field: its type, its description, and a mark if it has one. */
export type FieldSpec = readonly [type: TypeRef, description: string, mark?: FieldMark];

/**
 * Creates an object type with the fields of `Data` under the same names, one line each. Fields are nullable unless they
 * are required: Feishu silently omits fields that the app has no permission for.
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
    const deprecation = typeof mark === "object" && { deprecationReason: `Use \`${mark.replacedBy}\`.` };
    const options = { nullable: mark !== "required", description: fieldDescription, ...deprecation };
    Field(() => fieldType, options)(type.prototype, field);
    if (mark === "personal") Directive(PERSONAL)(type.prototype, field);
  }
  for (const directive of directives) Directive(directive)(type);
  // Plain fields: graphql-js reads them itself, without a wrapper per field.
  ObjectType(name, { description, simpleResolvers: true })(type);
  return type;
}

/** Directive for types and fields that other subgraphs may also define and provide with an entity. */
export const SHAREABLE = "@shareable";

/** Adds directives to fields of a type that `objectType` created. */
export function directOnFields(
  type: ClassType<object>,
  fields: readonly string[],
  directives: readonly string[],
): void {
  for (const field of fields) for (const directive of directives) Directive(directive)(type.prototype, field);
}

/** Registers an enum with names for Feishu's codes. A missing code is an error of its field (see `build.ts`). */
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
