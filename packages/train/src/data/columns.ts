/** Columns of examples, as options name them or files usually call them. */
import { placesLike } from "@lorank/tables";

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
