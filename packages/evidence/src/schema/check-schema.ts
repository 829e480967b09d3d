import type { SchemaIssue } from "@lorank/core";
import { cutText } from "@lorank/core";

/** JSON Schema (draft 7), as far as the results schema uses it; a test fails when it uses more. */
export interface Schema {
  readonly $schema?: string;
  readonly title?: string;
  readonly description?: string;
  readonly definitions?: Readonly<Record<string, Schema>>;
  /** Reference `#/definitions/<name>`; siblings are ignored, as in draft 7. */
  readonly $ref?: string;
  readonly type?: JsonType;
  readonly const?: string | number | boolean | null;
  readonly enum?: readonly (string | number | boolean | null)[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  /** Schema for every item, or a list with a schema for each position. */
  readonly items?: Schema | readonly Schema[];
  readonly minItems?: number;
  readonly maxItems?: number;
}

type JsonType = "object" | "array" | "string" | "number" | "integer" | "boolean" | "null";

/**
 * Schema issues found at and below a JSON path. Without a report a check ends at the first issue, in a tenth of the
 * time.
 */
interface Report {
  readonly path: string;
  readonly issues: SchemaIssue[];
}

/** Lists the places where `value` breaks `root`, in the order of the schema. */
export function checkSchema(root: Schema, value: unknown): SchemaIssue[] {
  const issues: SchemaIssue[] = [];
  if (!check(root, root, value)) check(root, root, value, { path: "$", issues });
  return issues;
}

/** Tells whether `value` fits a schema; with a report, only the reported issues count. */
function check(root: Schema, unresolved: Schema, value: unknown, report?: Report): boolean {
  const schema = resolve(root, unresolved);
  const { anyOf, items, properties, required } = schema;
  if (anyOf !== undefined)
    return anyOf.some((branch) => check(root, branch, value)) || checkMeant(root, anyOf, value, report);
  if (!isRight(schema, value)) return refuse(root, schema, valueText(value), report);
  if (Array.isArray(value))
    return value.every((item, i) => {
      const itemSchema = Array.isArray(items)
        ? (items as readonly Schema[])[i]
        : (items as Schema | undefined);
      return (
        itemSchema === undefined ||
        check(root, itemSchema, item, report && below(report, `[${i}]`)) ||
        report !== undefined
      );
    });
  if (schema.type !== "object") return true;
  for (const key in properties) {
    const member = properties[key]!;
    const memberReport = report && below(report, `.${key}`);
    const isFine = Object.hasOwn(value as object, key)
      ? check(root, member, (value as Record<string, unknown>)[key], memberReport)
      : !required?.includes(key) || refuse(root, member, "nothing", memberReport);
    if (!isFine && report === undefined) return false;
  }
  return true;
}

function isRight(schema: Schema, value: unknown): boolean {
  const { type, const: only, enum: some, minimum, maximum, minItems, maxItems } = schema;
  if (type && !hasType(value, type)) return false;
  if (only !== undefined && value !== only) return false;
  if (some && !some.some((allowed) => allowed === value)) return false;
  if (typeof value === "number") return value >= (minimum ?? -Infinity) && value <= (maximum ?? Infinity);
  return !Array.isArray(value) || (value.length >= (minItems ?? 0) && value.length <= (maxItems ?? Infinity));
}

function below({ path, issues }: Report, place: string): Report {
  return { path: path + place, issues };
}

function refuse(root: Schema, schema: Schema, value: string, report: Report | undefined): false {
  report?.issues.push({ path: report.path, rule: ruleOf(root, schema), value });
  return false;
}

/**
 * Reports the branch that the value points to, by a member equal to the branch's `const`, or by JSON type. Among
 * several: the branch with the fewest missing members.
 */
function checkMeant(
  root: Schema,
  anyOf: readonly Schema[],
  value: unknown,
  report: Report | undefined,
): boolean {
  if (report === undefined) return false;
  const [first, second] = anyOf
    .map((branch) => resolve(root, branch))
    .filter((branch) => isMarked(root, branch, value))
    .map((branch) => ({ branch, lacks: missingMembers(branch, value) }))
    .sort((a, b) => a.lacks - b.lacks);
  return first !== undefined && (second === undefined || first.lacks < second.lacks)
    ? check(root, first.branch, value, report)
    : refuse(root, { anyOf }, valueText(value), report);
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

function ruleOf(root: Schema, unresolved: Schema): string {
  const schema = resolve(root, unresolved);
  const { type, const: only, enum: some, anyOf, minimum, maximum, minItems } = schema;
  if (only !== undefined) return JSON.stringify(only);
  if (some) return `one of ${some.map((item) => JSON.stringify(item)).join(", ")}`;
  if (anyOf) return [...new Set(anyOf.map((branch) => ruleOf(root, branch)))].join(" or ");
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

/** Shows a value as short JSON. Arrays and objects, which can be a whole sweep, are only named. */
export function valueText(value: unknown): string {
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  return cutText(typeof value === "string" ? JSON.stringify(value) : String(value), 60);
}
