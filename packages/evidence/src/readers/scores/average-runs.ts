import { firstOf, InputError } from "@lorank/core";
import { andList } from "../rows/row-choices.ts";
import { cellOf, type TableRun, valuesOf } from "./only-seeds.ts";
import { groupedBy, nameOfRun, placesOf } from "./placed-run.ts";

/** Runs whose scores are means, and the values that they are over. */
export interface AveragedRuns {
  readonly runs: readonly TableRun[];
  readonly values: readonly string[];
}

/**
 * Averages the scores of each rank and seed over the values of a column. A base without an adapter may have a value of its own.
 *
 * @throws InputError `E_OUTCOMES` for a rank and seed that lacks a value or has it twice.
 */
export function averageRuns(runs: readonly TableRun[], column: string, source: string): AveragedRuns {
  const values = valuesOf(
    runs.filter(({ rank }) => rank > 0),
    column,
  ).sort();
  const problems: string[] = [];
  const averaged = groupedBy(runs, nameOfRun).map((own): TableRun => {
    const [first] = own as [TableRun];
    const present = valuesOf(own, column);
    const lacking = values.filter((value) => !present.includes(value));
    const isBaseOfItsOwn = first.rank === 0 && lacking.length === values.length;
    if (lacking.length > 0 && !isBaseOfItsOwn) problems.push(`${nameOfRun(first)} lacks ${andList(lacking)}`);
    const again = groupedBy(own, (run) => cellOf(run, column)).find(({ length }) => length > 1);
    if (again !== undefined)
      problems.push(`${nameOfRun(first)} has ${cellOf(again[0]!, column)} in ${placesOf(again)}`);
    return { ...first, score: own.reduce((sum, { score }) => sum + score, 0) / own.length };
  });
  if (problems.length > 0) {
    const rule = `--average-over ${column.trim()} must find each of ${andList(values)} once for each run of ${source}`;
    throw new InputError("E_OUTCOMES", `${rule}, got\n  ${firstOf(problems, 5, "\n  ")}`);
  }
  return { runs: averaged, values };
}
