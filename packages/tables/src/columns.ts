import type { Row } from "./rows.ts";

/** In place of a group column: examples are independent, whatever the columns. */
export const noGroups = "none";

/** Every column that some row has, in the order in which they turn up. */
export function columnsOf(rows: readonly Row[]): string[] {
  const columns = new Set<string>();
  for (const { values } of rows) for (const column of values.keys()) columns.add(column);
  return [...columns];
}

/** The column of this name; where there is none, the only one that has it in other capitals or with spaces around it. */
function columnNamed(columns: readonly string[], name: string): string | undefined {
  if (columns.includes(name)) return name;
  const alike = columns.filter((column) => plainName(column) === plainName(name));
  return alike.length === 1 ? alike[0] : undefined;
}

/** The column of the name `requested`, or else the first with one of the `common` names, which are in small letters. */
export function pickColumn(
  columns: readonly string[],
  requested: string | undefined,
  common: readonly string[],
): { readonly name: string | undefined; readonly guessed: boolean } {
  if (requested !== undefined) return { name: columnNamed(columns, requested), guessed: false };
  const byUse = common.map((name) => usualColumn(columns, name)).filter((column) => column !== undefined);
  return { name: byUse[0], guessed: true };
}

/** The column of a common name, or else the first that has it in other capitals or with spaces around it. */
export function usualColumn(columns: readonly string[], common: string): string | undefined {
  return columns.includes(common) ? common : columns.find((column) => plainName(column) === common);
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
