/** Example columns, found by option or by common name. */
import { placesLike } from "@lorank/tables";

/**
 * Column named `requested`, exactly or else in other capitals; undefined if several match. Without a request, the column
 * for the earliest name in `common` (lower case) that any column has.
 */
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

/** Finds a common column name, exactly, else in other capitals or with surrounding spaces. */
export function usualColumn(columns: readonly string[], common: string): string | undefined {
  return columns[placesLike(columns, [common], ["same", "case"])[0] ?? -1];
}

/** Error about a missing column; `option` is the option that would name it. */
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

/** Table cell as text. Objects and missing values become empty, to be reported instead of trained on. */
export function cell(value: unknown): string {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}
