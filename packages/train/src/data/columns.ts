import { InputError } from "@lorank/core";
import { listRows, type Row } from "./row.ts";

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

/** The id of each row, and the part that it says it belongs to. An id is the row's own where every row has another one, else its number. */
export function headsOf(
  rows: readonly Row[],
  columns: readonly string[],
): { readonly id: string; readonly split?: Split }[] {
  const own = rows.map(({ values }) => cell(values.get("id")));
  const usable = new Set(own).size === own.length && !own.includes("");
  const splits = splitsOf(rows, columns);
  return rows.map(({ number }, i) => {
    const id = usable ? own[i]! : String(number);
    const split = splits[i];
    return split ? { id, split } : { id };
  });
}

/**
 * @param rules what a row must do, with a test of whether the row at an index does not
 * @throws InputError `E_DATA` with every row that breaks a rule, or whose split is no part.
 */
export function assertRows(
  path: string,
  rows: readonly Row[],
  columns: readonly string[],
  rules: readonly (readonly [rule: string, isWrong: (i: number) => boolean])[],
): void {
  const splits = splitsOf(rows, columns);
  const all = [
    ...rules,
    ["be in split train, validation or test, got another", (i: number) => splits[i] === null] as const,
  ];
  const lines = all.flatMap(([rule, isWrong]) => {
    const numbers = rows.filter((_, i) => isWrong(i)).map(({ number }) => number);
    return numbers.length === 0 ? [] : [`every row of ${path} must ${rule} in ${listRows(numbers)}`];
  });
  if (lines.length > 0) throw new InputError("E_DATA", lines.join("\n"));
}

/** null for a word that names no part, undefined without a column `split` */
function splitsOf(rows: readonly Row[], columns: readonly string[]): (Split | null | undefined)[] {
  const column = columns.find((name) => name.toLowerCase() === "split");
  if (column === undefined) return rows.map(() => undefined);
  return rows.map(({ values }) => SPLITS[cell(values.get(column)).toLowerCase()] ?? null);
}

/** A cell as text; an object or a missing value counts as empty, so that it is reported and not trained on. */
export function cell(value: unknown): string {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}
