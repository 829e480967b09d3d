import type { MethodName } from "../schema/method-types.ts";
import type { ChooseTrials, PlannedSweep } from "./method-trials.ts";
import { expectedOfProbe, probeTrials } from "./probe/trials.ts";
import { raceTrials } from "./race/trials.ts";

const choices: Readonly<Record<MethodName, ChooseTrials>> = {
  grid: ({ specs }) => ({ trials: specs, truncations: [] }),
  probe: probeTrials,
  race: raceTrials,
};

/** Expected trials, for methods that plan a part of the grid. */
const expected: { readonly [Name in MethodName]?: (sweep: PlannedSweep) => number } = {
  probe: expectedOfProbe,
};

export const methodTrials: ChooseTrials = (sweep, ...known) =>
  choices[sweep.summary.method ?? "grid"](sweep, ...known);

/** Trial count of a sweep; an upper limit if the method may end early. */
export function expectedTrials(sweep: PlannedSweep): number {
  return expected[sweep.summary.method ?? "grid"]?.(sweep) ?? sweep.specs.length;
}
