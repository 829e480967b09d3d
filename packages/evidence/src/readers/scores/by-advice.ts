import { columnsOf, fieldsOf, has, nameExamples, numberedColumns } from "../../columns/shapes.ts";
import { kindOfColumn } from "../rows/column-kinds.ts";
import { shellQuoted } from "../rows/row-choices.ts";
import { isKnownScore } from "./choose-score.ts";

/**
 * Advice to compare a table's rows by a column in place of the rank. Undefined if the table has ranks, lacks outcomes
 * and scores, or has no column that may name arms.
 */
export function byAdvice(columns: readonly string[]): string | undefined {
  const isOfRanks = has("runs", "rank", columns) || numberedColumns(columns, "rank").length > 0;
  if (isOfRanks || !(nameExamples(columns) || columns.some(isKnownScore))) return undefined;
  const read = (["outcomes", "runs"] as const).flatMap((shape) => columnsOf(shape, fieldsOf(shape), columns));
  const kinds = columns
    .filter((column) => !read.includes(column) && !isKnownScore(column))
    .map((column) => ({ column, kind: kindOfColumn(column) }));
  // A column of unknown kind, such as `system`, is likelier than a date.
  const likely = kinds.find(({ kind }) => kind === "setting") ?? kinds.find(({ kind }) => kind === undefined);
  if (likely === undefined) return undefined;
  return `What is compared in place of ranks is named by its column: --by ${shellQuoted(likely.column.trim())}`;
}
