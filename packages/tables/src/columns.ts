import type { Row } from "./rows.ts";

/** Every column that some row has, in the order in which they turn up. */
export function columnsOf(rows: readonly Row[]): string[] {
  const columns = new Set<string>();
  for (const { values } of rows) for (const column of values.keys()) columns.add(column);
  return [...columns];
}

/**
 * Ways in which names of columns are alike, the closest first. `written`: but for spaces around them. `case`: in other capitals too.
 * `end`: behind the groups that trackers put before them, with `_` for spaces and hyphens: `eval_acc` is `metrics.eval/Eval-Acc`.
 */
const likeness = {
  same: (name: string) => name,
  written: (name: string) => name.trim(),
  case: plainName,
  end: endOf,
};

export type Likeness = keyof typeof likeness;

/** Places of the columns that have one of the names, in the first of these ways in which one has. */
export function placesLike(
  columns: readonly string[],
  names: readonly string[],
  ways: readonly Likeness[],
): number[] {
  for (const way of ways) {
    const alike = new Set(names.map(likeness[way]));
    const places = columns.flatMap((column, place) => (alike.has(likeness[way](column)) ? [place] : []));
    if (places.length > 0) return places;
  }
  return [];
}

/** The end of a name: see `likeness`. */
export function endOf(column: string): string {
  return column.trim().split(/[./]/).at(-1)!.trim().toLowerCase().replaceAll(/[ -]/g, "_");
}

/** The only column of the name `requested`, in any case, or else the first with one of the `common` names, which are in small letters. */
export function pickColumn(
  columns: readonly string[],
  requested: string | undefined,
  common: readonly string[],
): { readonly name: string | undefined; readonly guessed: boolean } {
  if (requested !== undefined) {
    const [place = -1, ...more] = placesLike(columns, [requested], ["same", "case"]);
    return { name: more.length > 0 ? undefined : columns[place], guessed: false };
  }
  const byUse = common.map((name) => usualColumn(columns, name)).filter((column) => column !== undefined);
  return { name: byUse[0], guessed: true };
}

/** The column of a common name, or else the first that has it in other capitals or with spaces around it. */
export function usualColumn(columns: readonly string[], common: string): string | undefined {
  return columns[placesLike(columns, [common], ["same", "case"])[0] ?? -1];
}

/** The error of a column of this kind that is not there. `option` is the name of the option that names it. */
export function columnProblem(
  path: string,
  kind: string,
  requested: string | undefined,
  columns: readonly string[],
  option = `${kind}-column`,
): string {
  const names = columns
    .map((column) => (column.length > 40 ? `${column.slice(0, 37)}...` : column))
    .join(", ");
  return requested === undefined
    ? `the ${kind} column must be named (${option}), no common name was found. ${path} has: ${names}`
    : `the ${kind} column must be one of the file's, got ${requested}. ${path} has: ${names}`;
}

/** A cell as text; an object or a missing value counts as empty, so that it is reported and not trained on. */
export function cell(value: unknown): string {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

const words = (text: string): readonly string[] => text.split(" ");

/** Common names of columns, the most frequent first. */
export const usualColumns = {
  text: words("text sentence content body message email document review comment tweet question"),
  label: words("label class category target sentiment intent topic"),
  prompt: words("prompt instruction question query input"),
  response: words("response output answer completion target"),
  messages: words("messages conversations conversation"),
} as const;

const every: ReadonlySet<string> = new Set(Object.values(usualColumns).flat());

/** The name of a column without spaces around it and in small letters. */
export function plainName(column: string): string {
  return column.trim().toLowerCase();
}

/** True if a column has one of the names that are looked for. */
export function hasCommonName(column: string): boolean {
  return every.has(plainName(column));
}
