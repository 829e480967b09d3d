import { endOf } from "@lorank/tables";

/** Name of what a score is of, without words such as `final_`. */
function baseOf(column: string): string {
  return endOf(column).replace(/^(best|final|last)_/, "");
}

/** Tells whether a column has each run's best score on the way. */
function isOfBest(column: string): boolean {
  return /^best_/.test(endOf(column));
}

/** Column with each run's best of the score in `column`, which has the last; undefined if there is none. */
export function bestColumn(columns: readonly string[], column: string): string | undefined {
  if (isOfBest(column)) return undefined;
  return columns.find((one) => isOfBest(one) && baseOf(one) === baseOf(column));
}
