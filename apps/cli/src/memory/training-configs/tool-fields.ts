import { effects } from "./not-modelled.ts";
import type { ConfigFields, ConfigValueName, ConfigValues } from "./training-config.ts";

/** Fields with the value, or one of the values, that each must have; undefined is a field that is absent. */
export type Condition = Readonly<Record<string, unknown>> | ((fields: ConfigFields) => boolean);

/**
 * What a field says of a value, and what its absence says: the tool's default. Of several paths the last is read, and
 * those before it are shown with it. Of rows with one target the first that decides it wins; those after it are only
 * checked.
 */
export type FieldRow = {
  [Name in ConfigValueName]: readonly [
    path: string | readonly string[],
    target: Name,
    convert: Convert<ConfigValues[Name]>,
    otherwise?: Said<ConfigValues[Name]>,
    only?: Condition | undefined,
  ];
}[ConfigValueName];

/** Something to know of a file, behind the field that it is about where there is one. */
export type RemarkRow = readonly [only: Condition, path: string, remark: string];

/** How a training tool's config is read. */
export interface ToolFields {
  /** As people call it. */
  readonly name: string;
  /** As its defaults name it: `axolotl's default`. */
  readonly of: string;
  /** The release whose fields and defaults these are. */
  readonly version: string;
  /** What tells its configs from others': one of `keys`, and one of `besides` where there are any. */
  readonly keys: readonly string[];
  readonly besides?: readonly string[];
  /** Its keys that resemble one which is read, and mean something else. A test keeps them few. */
  readonly lookalikes: string;
  readonly rows: readonly FieldRow[];
  readonly remarks: readonly RemarkRow[];
}

/** Paths on which memory depends: those of the rows, and those whose effect is named but not modelled. */
export function readPaths({ rows }: ToolFields): string[] {
  return [...rows.flatMap(([path]) => path), ...Object.values(effects).flatMap(words)];
}

/** Every path by which a tool's config is told from a misspelt one or another tool's. */
export function ownPaths(tool: ToolFields): Set<string> {
  const paths = [...readPaths(tool), ...tool.keys, ...(tool.besides ?? []), ...words(tool.lookalikes)];
  return new Set(paths.flatMap((path) => [path, ...parentsOf(path)]));
}

function parentsOf(path: string): string[] {
  const end = path.lastIndexOf(".");
  return end < 0 ? [] : [path.slice(0, end)];
}

/** Rows that apply under a condition only. */
export function when(only: Condition, rows: readonly FieldRow[]): FieldRow[] {
  return rows.map(([path, target, how, otherwise]) => [path, target, how, otherwise, only] as FieldRow);
}

/** Whether a condition holds; no condition always does. */
export function holds(only: Condition | undefined, fields: ConfigFields): boolean {
  if (typeof only === "function") return only(fields);
  return Object.entries(only ?? {}).every(([path, wanted]) => [wanted].flat().includes(fields.get(path)));
}

/** What a field, or its absence, says of a value; undefined where it says nothing. */
export type Said<Value> =
  | Value
  /** The value, and in words where it comes from. */
  | { readonly value: Value; readonly origin: string }
  /** The field breaks this rule: `a positive integer`. */
  | { readonly must: string }
  /** The field decides the value in a way that has no name here; the end of a sentence that begins with the field. */
  | { readonly unread: string }
  | undefined;

/**
 * What a field that is set says: by a function, or by the values that it may have, with spaces between those that say
 * the same. A switch may leave out its on or its off, which says nothing then.
 */
export type Convert<Value> =
  | ((raw: unknown, fields: ConfigFields) => Said<Value>)
  | Readonly<Record<string, Said<Value>>>;

export function convert<Value>(how: Convert<Value>, raw: unknown, fields: ConfigFields): Said<Value> {
  if (typeof how === "function") return how(raw, fields);
  const listed = Object.entries(how).flatMap(([names, said]) =>
    words(names).map((name) => [name, said] as const),
  );
  const isSwitch = listed.every(([name]) => name === "true" || name === "false");
  // A switch in quotes is a text to YAML.
  const spelt = typeof raw === "boolean" ? String(raw) : raw === "true" || raw === "false" ? undefined : raw;
  const found = listed.find(([name]) => name === spelt);
  if (found !== undefined || (isSwitch && typeof raw === "boolean")) return found?.[1];
  return { must: isSwitch ? "true or false" : `one of ${listed.map(([name]) => name).join(", ")}` };
}

/** A positive integer, as a number or, since the tools take that too, in quotes. */
export function count(raw: unknown): Said<number> {
  const number = typeof raw === "string" && /^\d+$/.test(raw) ? Number(raw) : raw;
  const valid = typeof number === "number" && Number.isSafeInteger(number) && number > 0;
  return valid ? number : { must: "a positive integer" };
}

/** A share p, 0 ≤ p < 1. */
export function share(raw: unknown): Said<number> {
  return typeof raw === "number" && raw >= 0 && raw < 1 ? raw : { must: "at least 0 and below 1" };
}

export function text(raw: unknown): Said<string> {
  return typeof raw === "string" && raw !== "" ? raw : { must: "a text" };
}

export const onOff = { true: true, false: false };

/** A switch that is checked, and decides something only with other fields. */
export const checkedOnly = { true: undefined, false: undefined };

/** FP4 takes as many bits as NF4. */
export const fourBitTypes = { "nf4 fp4": undefined };

export function names(raw: unknown): Said<readonly string[]> {
  const valid = Array.isArray(raw) && raw.length > 0 && raw.every((name) => typeof name === "string" && name);
  return valid ? (raw as string[]) : { must: "a list of names" };
}

/** Layers as PEFT takes them: a list, `all-linear`, or a regular expression. */
export function peftTargets(raw: unknown): Said<"all-linear" | readonly string[]> {
  if (typeof raw !== "string" || raw === "") return names(raw);
  return raw === "all-linear" ? raw : { unread: "is a regular expression" };
}

/** Says that a field names `what` ("a format") of which no estimate is made. */
export function notModelled(what: string): { readonly unread: string } {
  return { unread: `is ${what} that is not modelled` };
}

export function words(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}
