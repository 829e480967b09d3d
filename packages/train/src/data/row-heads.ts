import { columnsOf, type Row } from "@lorank/tables";
import { cell, usualColumn } from "./columns.ts";

/** The part of the data that a row belongs to, where the file has a `split` column. */
export type Split = "train" | "validation" | "test";

/** Names of the three parts in data sets. A map, for a cell may be `constructor`. */
const SPLITS: ReadonlyMap<string, Split> = new Map([
  ["train", "train"],
  ["training", "train"],
  ["validation", "validation"],
  ["valid", "validation"],
  ["val", "validation"],
  ["dev", "validation"],
  ["test", "test"],
]);

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

/** The number of a row as errors name it: the one that a spreadsheet shows. */
export function rowInFile({ number, sheetRow }: Row): number {
  return sheetRow ?? number;
}

/** Says of an example which of the rows it is, by its id. */
export function placeIn(rows: readonly Row[]): (example: { readonly id: string }) => string {
  return ({ id }) => {
    const i = headsOf(rows, columnsOf(rows)).findIndex((head) => head.id === id);
    return `row ${rows[i] ? rowInFile(rows[i]) : id}`;
  };
}

/** The part that each row names: null for a word that names none, undefined without a column `split`. */
export function splitsOf(rows: readonly Row[], columns: readonly string[]): (Split | null | undefined)[] {
  const column = usualColumn(columns, "split");
  if (column === undefined) return rows.map(() => undefined);
  return rows.map(({ values }) => SPLITS.get(cell(values.get(column)).toLowerCase()) ?? null);
}
