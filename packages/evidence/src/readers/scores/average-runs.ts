import { firstOf, InputError } from "@lorank/core";
import type { SecondaryOfRun } from "../../decide/outcomes.ts";
import { andList } from "../rows/row-choices.ts";
import { averagedSecondary } from "../rows/secondary-columns.ts";
import { assertTasks } from "../rows/suite.ts";
import { cellOf, type TableRun, valuesOf } from "./only-seeds.ts";
import { groupedBy, nameOfRun, placesOf } from "./placed-run.ts";

/** Outcomes to show of a run's rows, one for each value averaged over. */
function shownEach(own: readonly TableRun[], column: string): SecondaryOfRun[] {
  return own.map((run) => ({ name: cellOf(run, column), values: [run.score] }));
}

interface AveragedRuns {
  readonly runs: readonly TableRun[];
  readonly values: readonly string[];
}

/**
 * Averages each rank and seed over a column. A base without an adapter may have a single value. Of a suite, the values
 * are tasks, and each has its score beside the mean.
 *
 * @throws InputError `E_OUTCOMES` for a rank and seed that lacks a value or has it twice.
 */
export function averageRuns(
  runs: readonly TableRun[],
  column: string,
  source: string,
  isSuite = false,
): AveragedRuns {
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
    const each = isSuite && !isBaseOfItsOwn ? shownEach(own, column) : [];
    const averaged = [...(averagedSecondary(own) ?? []), ...each];
    const secondary = averaged.length === 0 ? undefined : averaged;
    const { onTheWay: _, ...run } = first;
    return {
      ...run,
      score: own.reduce((sum, { score }) => sum + score, 0) / own.length,
      ...(secondary === undefined ? {} : { secondary }),
    };
  });
  if (isSuite) assertTasks(values, source);
  if (problems.length > 0) {
    const rule = `${isSuite ? "--suite" : "--average-over"} ${column.trim()} must find each of ${andList(values)} once for each run of ${source}`;
    throw new InputError("E_OUTCOMES", `${rule}, got\n  ${firstOf(problems, 5, "\n  ")}`);
  }
  return { runs: averaged, values };
}
