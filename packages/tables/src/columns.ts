import type { Row } from "./rows.ts";

/** Names of the columns that any row has, in order of appearance. */
export function columnsOf(rows: readonly Row[]): string[] {
  const columns = new Set<string>();
  for (const { values } of rows) for (const column of values.keys()) columns.add(column);
  return [...columns];
}

/**
 * Likeness of a column's name to another name, closest first. `written`: but for spaces around. `case`: in other
 * capitals. `end`: after the groups that trackers prefix, with `_` for spaces and hyphens: `eval_acc` is
 * `metrics.eval/Eval-Acc`.
 */
const likeness = {
  same: (name: string) => name,
  written: (name: string) => name.trim(),
  case: plainName,
  end: endOf,
};

export type Likeness = keyof typeof likeness;

/** Indices of the columns like some names, by the closest likeness that finds any. */
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

/** Name ending, for `likeness`. */
export function endOf(column: string): string {
  return column.trim().split(/[./]/).at(-1)!.trim().toLowerCase().replaceAll(/[ -]/g, "_");
}

const words = (text: string): readonly string[] => text.split(" ");

/** Common names of a column by content, the most frequent first. */
export const usualColumns = {
  text: words("text sentence content body message email document review comment tweet question"),
  label: words("label class category target sentiment intent topic"),
  prompt: words("prompt instruction question query input"),
  response: words("response output answer completion target"),
  messages: words("messages conversations conversation"),
} as const;

const every: ReadonlySet<string> = new Set(Object.values(usualColumns).flat());

export function plainName(column: string): string {
  return column.trim().toLowerCase();
}

export function hasCommonName(column: string): boolean {
  return every.has(plainName(column));
}
