import { columnsOf, type Row } from "@lorank/tables";
import { cell, usualColumn } from "./columns.ts";

export type Split = "train" | "validation" | "test";

/** Split names in public datasets; a map, since a cell may be `constructor`. */
const SPLITS: ReadonlyMap<string, Split> = new Map([
  ["train", "train"],
  ["training", "train"],
  ["validation", "validation"],
  ["valid", "validation"],
  ["val", "validation"],
  ["dev", "validation"],
  ["test", "test"],
]);

/** Id and split per row. Ids are the `id` column's if distinct, else row numbers. */
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

/** Row number in the file as a spreadsheet shows it, for errors. */
export function rowInFile({ number, sheetRow }: Row): number {
  return sheetRow ?? number;
}

/** Describes an example's row, found by id. */
export function placeIn(rows: readonly Row[]): (example: { readonly id: string }) => string {
  return ({ id }) => {
    const i = headsOf(rows, columnsOf(rows)).findIndex((head) => head.id === id);
    return `row ${rows[i] ? rowInFile(rows[i]) : id}`;
  };
}

/** Split per row: null for an unknown word, undefined without a `split` column. */
export function splitsOf(rows: readonly Row[], columns: readonly string[]): (Split | null | undefined)[] {
  const column = usualColumn(columns, "split");
  if (column === undefined) return rows.map(() => undefined);
  return rows.map(({ values }) => SPLITS.get(cell(values.get(column)).toLowerCase()) ?? null);
}
