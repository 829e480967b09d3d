import { renumbered } from "../decide/arm-order.ts";
import { numbersIn } from "../schema/arm-axis.ts";
import type { SideRuns } from "./joint-runs.ts";

/** Runs of both results, in which arms of the same name have the same number; ranks stay as they are. */
export function withSharedArms(first: SideRuns, second: SideRuns): [SideRuns, SideRuns] {
  const names = [...new Set([first, second].flatMap(({ axis }) => axis?.names ?? []))];
  return [withNames(first, names), withNames(second, names)];
}

function withNames(runs: SideRuns, names: readonly string[]): SideRuns {
  if (runs.axis === undefined) return runs;
  const axis = { by: runs.axis.by, names };
  const numberOf = numbersIn(axis, runs.axis);
  if (runs.kind === "scores") return { ...runs, axis, runs: renumbered(runs.runs, numberOf) };
  const { ranks, cells, failures } = runs;
  return {
    ...runs,
    axis,
    ranks: ranks.map(numberOf),
    cells: renumbered(cells, numberOf),
    failures: renumbered(failures, numberOf),
  };
}
