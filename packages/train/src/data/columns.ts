import type { Row } from "./row.ts";

/** The part of the data that a row belongs to, where the file has a `split` column. */
export type Split = "train" | "validation" | "test";

/** What data sets call the three parts. */
const SPLITS: Readonly<Record<string, Split>> = {
  train: "train",
  training: "train",
  validation: "validation",
  valid: "validation",
  val: "validation",
  dev: "validation",
  test: "test",
};

/** Every column that some row has, in the order in which they turn up. */
export function columnsOf(rows: readonly Row[]): string[] {
  return [...new Set(rows.flatMap(({ values }) => [...values.keys()]))];
}

/** The column that was asked for, or else the first with a usual name. */
export function pickColumn(
  columns: readonly string[],
  asked: string | undefined,
  usual: readonly string[],
): { readonly name: string | undefined; readonly guessed: boolean } {
  if (asked !== undefined) return { name: columns.find((column) => column === asked), guessed: false };
  const byUse = usual.flatMap((name) => columns.filter((column) => column.trim().toLowerCase() === name));
  return { name: byUse[0], guessed: true };
}

export function columnProblem(
  path: string,
  kind: string,
  asked: string | undefined,
  columns: readonly string[],
): string {
  const names = columns
    .map((column) => (column.length > 40 ? `${column.slice(0, 37)}...` : column))
    .join(", ");
  return asked === undefined
    ? `the ${kind} column must be named, no usual name was found. ${path} has: ${names}`
    : `the ${kind} column must be one of the file's, got ${asked}. ${path} has: ${names}`;
}

/** The rows' own ids where every row has one of its own, else their numbers. */
export function idsOf(rows: readonly Row[]): string[] {
  const own = rows.map(({ values }) => cell(values.get("id")));
  const usable = new Set(own).size === own.length && !own.includes("");
  return usable ? own : rows.map(({ number }) => String(number));
}

/** The part that each row says it belongs to; null for a word that names none, undefined without such a column. */
export function splitsOf(rows: readonly Row[], columns: readonly string[]): (Split | null | undefined)[] {
  const column = columns.find((name) => name.toLowerCase() === "split");
  if (column === undefined) return rows.map(() => undefined);
  return rows.map(({ values }) => SPLITS[cell(values.get(column)).toLowerCase()] ?? null);
}

/** A cell as text; an object or a missing value counts as empty, so that it is reported and not trained on. */
export function cell(value: unknown): string {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}
