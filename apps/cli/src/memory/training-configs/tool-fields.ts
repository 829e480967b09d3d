import type { ConfigFields } from "./config-fields.ts";
import type { Convert, Said } from "./convert.ts";
import type { ConfigValueName, ConfigValues } from "./training-config.ts";

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
  readonly rows: readonly FieldRow[];
  readonly remarks: readonly RemarkRow[];
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
