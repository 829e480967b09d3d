import type { SchemaIssue } from "../json.ts";

/** The part of JSON Schema (draft 7) that the results schema uses; a test fails when it uses more. */
export interface Schema {
  readonly $schema?: string;
  readonly title?: string;
  readonly description?: string;
  readonly definitions?: Readonly<Record<string, Schema>>;
  /** `#/definitions/<name>`; as draft 7 says, what stands beside it is ignored. */
  readonly $ref?: string;
  readonly type?: JsonType;
  readonly const?: string | number | boolean | null;
  readonly enum?: readonly (string | number | boolean | null)[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  /** One schema for every item, or one for each position. */
  readonly items?: Schema | readonly Schema[];
  readonly minItems?: number;
  readonly maxItems?: number;
}

type JsonType = "object" | "array" | "string" | "number" | "integer" | "boolean" | "null";

/** Every place where `value` breaks `root`, in the order of the schema. */
export function checkSchema(root: Schema, value: unknown): SchemaIssue[] {
  return holds(root, root, value) ? [] : check({ root, schema: root, value, path: "$" });
}

/** Whether `value` keeps to a schema; as {@link check}, which finds the places that do not and takes ten times as long. */
function holds(root: Schema, unresolved: Schema, value: unknown): boolean {
  const schema = resolve(root, unresolved);
  const { type, const: only, enum: some, anyOf, minimum, maximum, properties } = schema;
  if (anyOf) return anyOf.some((branch) => holds(root, branch, value));
  if (type && !hasType(value, type)) return false;
  if (only !== undefined && value !== only) return false;
  if (some && !some.some((allowed) => allowed === value)) return false;
  if (typeof value === "number") return value >= (minimum ?? -Infinity) && value <= (maximum ?? Infinity);
  if (Array.isArray(value)) return holdsItems(root, schema, value);
  if (type !== "object") return true;
  for (const key in properties) {
    if (!Object.hasOwn(value as object, key)) {
      if (schema.required?.includes(key)) return false;
    } else if (!holds(root, properties[key]!, (value as Record<string, unknown>)[key])) return false;
  }
  return true;
}

function holdsItems(root: Schema, { items, minItems, maxItems }: Schema, value: readonly unknown[]): boolean {
  if (value.length < (minItems ?? 0) || value.length > (maxItems ?? Infinity)) return false;
  if (items === undefined) return true;
  return value.every((item, index) => {
    const schema = Array.isArray(items) ? (items as readonly Schema[])[index] : (items as Schema);
    return schema === undefined || holds(root, schema, item);
  });
}

interface Check {
  readonly root: Schema;
  readonly schema: Schema;
  readonly value: unknown;
  readonly path: string;
}

function check(at: Check): SchemaIssue[] {
  const schema = resolve(at.root, at.schema);
  const { value, path } = at;
  const issue = (rule: string): SchemaIssue[] => [{ path, rule, value: valueText(value) }];
  if (schema.anyOf) return checkAnyOf({ ...at, schema }, schema.anyOf);
  if (schema.type && !hasType(value, schema.type)) return issue(typeRule(schema));
  if (schema.const !== undefined && value !== schema.const) return issue(JSON.stringify(schema.const));
  if (schema.enum && !schema.enum.some((allowed) => allowed === value)) return issue(enumRule(schema.enum));
  if (typeof value === "number") {
    const { minimum = -Infinity, maximum = Infinity } = schema;
    return value < minimum || value > maximum ? issue(typeRule(schema)) : [];
  }
  if (Array.isArray(value)) return checkItems({ ...at, schema }, value);
  if (schema.type === "object") return checkProperties({ ...at, schema }, value as Record<string, unknown>);
  return [];
}

function checkProperties(at: Check, value: Record<string, unknown>): SchemaIssue[] {
  const { root, schema, path } = at;
  const issues: SchemaIssue[] = [];
  for (const [key, member] of Object.entries(schema.properties ?? {})) {
    const memberPath = `${path}.${key}`;
    if (Object.hasOwn(value, key)) {
      issues.push(...check({ root, schema: member, value: value[key], path: memberPath }));
    } else if (schema.required?.includes(key)) {
      issues.push({ path: memberPath, rule: typeRule(resolve(root, member)), value: "nothing" });
    }
  }
  return issues;
}

function checkItems(at: Check, value: readonly unknown[]): SchemaIssue[] {
  const { root, schema, path } = at;
  const { items, minItems = 0, maxItems = Infinity } = schema;
  if (value.length < minItems || value.length > maxItems) {
    return [{ path, rule: typeRule(schema), value: valueText(value) }];
  }
  const issues: SchemaIssue[] = [];
  for (let index = 0; index < value.length; index++) {
    const item = Array.isArray(items) ? (items as readonly Schema[])[index] : (items as Schema | undefined);
    // Not spread into push: a bad list of a million numbers would overflow the stack.
    if (!item) continue;
    for (const issue of check({ root, schema: item, value: value[index], path: `${path}[${index}]` })) {
      issues.push(issue);
    }
  }
  return issues;
}

/**
 * A union holds when one branch does. When none does, the branch that the value's own marks point to (a member equal
 * to the branch's `const`, or the right JSON type) says what is wrong inside; of several the one that lacks the fewest members.
 */
function checkAnyOf(at: Check, branches: readonly Schema[]): SchemaIssue[] {
  const { root, value, path } = at;
  const results = branches.map((branch) => ({
    branch: resolve(root, branch),
    issues: check({ ...at, schema: branch }),
  }));
  if (results.some(({ issues }) => issues.length === 0)) return [];
  const meant = results
    .filter(({ branch }) => isMarked(root, branch, value))
    .map(({ branch, issues }) => ({ issues, lacks: missingMembers(branch, value) }))
    .sort((a, b) => a.lacks - b.lacks);
  const [first, second] = meant;
  if (first !== undefined && (second === undefined || first.lacks < second.lacks)) return first.issues;
  const rule = results.map(({ branch }) => typeRule(branch)).join(" or ");
  return [{ path, rule, value: valueText(value) }];
}

function isMarked(root: Schema, branch: Schema, value: unknown): boolean {
  if (branch.type && !hasType(value, branch.type)) return false;
  if (branch.type !== "object") return true;
  const marks = Object.entries(branch.properties ?? {}).filter(
    ([, member]) => resolve(root, member).const !== undefined,
  );
  const record = value as Record<string, unknown>;
  return marks.every(
    ([key, member]) => Object.hasOwn(record, key) && record[key] === resolve(root, member).const,
  );
}

function missingMembers({ required = [] }: Schema, value: unknown): number {
  return required.filter((key) => !Object.hasOwn(Object(value), key)).length;
}

const refPrefix = "#/definitions/";

function resolve(root: Schema, schema: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  const target = root.definitions?.[schema.$ref.slice(refPrefix.length)];
  if (!target) throw new Error(`the schema has no ${schema.$ref}`);
  return resolve(root, target);
}

function hasType(value: unknown, type: JsonType): boolean {
  switch (type) {
    case "null":
      return value === null;
    case "array":
      return Array.isArray(value);
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value);
    case "integer":
      return Number.isSafeInteger(value);
    case "number":
      return Number.isFinite(value);
    default:
      return typeof value === type;
  }
}

/** What a schema asks for, in words. */
function typeRule(schema: Schema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return enumRule(schema.enum);
  if (schema.anyOf) return schema.anyOf.map(typeRule).join(" or ");
  const { type, minimum, maximum, minItems } = schema;
  switch (type) {
    case "integer":
      return minimum === undefined ? "a whole number" : `a whole number of at least ${minimum}`;
    case "number":
      if (minimum !== undefined && maximum !== undefined) return `a number between ${minimum} and ${maximum}`;
      return minimum === undefined ? "a number" : `a number of at least ${minimum}`;
    case "array":
      return minItems === undefined ? "an array" : `an array of ${minItems} items`;
    case "object":
      return `an object${markWords(schema)}`;
    case "null":
      return "null";
    default:
      return type ? `a ${type}` : "present";
  }
}

function markWords(schema: Schema): string {
  for (const [key, member] of Object.entries(schema.properties ?? {})) {
    if (member.const !== undefined) return ` with ${key} ${JSON.stringify(member.const)}`;
  }
  return "";
}

function enumRule(allowed: readonly unknown[]): string {
  return `one of ${allowed.map((item) => JSON.stringify(item)).join(", ")}`;
}

/** A value as short JSON text. Arrays and objects are named, not printed: they can hold a whole sweep. */
export function valueText(value: unknown): string {
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
