import type { MethodName } from "../schema/method-types.ts";
import type { ChooseTrials, PlannedSweep } from "./method-trials.ts";
import { expectedOfProbe, probeTrials } from "./probe/trials.ts";
import { raceTrials } from "./race/trials.ts";

const choices: Readonly<Record<MethodName, ChooseTrials>> = {
  grid: ({ specs }) => ({ trials: specs, truncations: [] }),
  probe: probeTrials,
  race: raceTrials,
};

/** Methods that plan to run a part of the grid, and its number of trials. */
const expected: { readonly [Name in MethodName]?: (sweep: PlannedSweep) => number } = {
  probe: expectedOfProbe,
};

/** Chooses the trials of a sweep by its method: see `ChooseTrials`. */
export const methodTrials: ChooseTrials = (sweep, ...known) =>
  choices[sweep.summary.method ?? "grid"](sweep, ...known);

/** Number of trials that a sweep's method will have run in the end; of one that may end early, the most. */
export function expectedTrials(sweep: PlannedSweep): number {
  return expected[sweep.summary.method ?? "grid"]?.(sweep) ?? sweep.specs.length;
}
