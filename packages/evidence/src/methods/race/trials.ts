import { armNumber } from "../../schema/arm-axis.ts";
import type { TrialSpec } from "../../schema/types.ts";
import type { ChooseTrials, MethodTrials, PlannedSweep, TrialsSoFar } from "../method-trials.ts";
import { type RaceState, raceSoFar } from "./so-far.ts";

interface RaceTrials extends MethodTrials {
  readonly looked: NonNullable<MethodTrials["looked"]> & { readonly state: RaceState };
}

/** Race trials in blocks of seeds: after each, settled ranks drop out, until the verdict is settled or hopeless. */
export const raceTrials: ChooseTrials = (sweep, soFar, earlier) => {
  let required = (earlier as RaceTrials | undefined) ?? afterBlocks(sweep, soFar, []);
  for (;;) {
    const { trials, looked } = required;
    const next = trials.slice(looked.trials.length);
    if (next.length === 0 || !soFar.isComplete(next)) return required;
    required = afterBlocks(sweep, soFar, trials, looked.state);
  }
};

function afterBlocks(
  { specs, summary }: PlannedSweep,
  soFar: TrialsSoFar,
  trials: MethodTrials["trials"],
  earlier?: RaceState,
): RaceTrials {
  const state = raceSoFar(soFar.outcomesOf(trials), summary, earlier);
  const { next } = state;
  const rankOf = (spec: TrialSpec): number => armNumber(spec, summary.axis);
  const nameOf = (spec: TrialSpec): string => `${rankOf(spec)} ${spec.seed}`;
  const there = new Set(trials.map(nameOf));
  const more = specs.filter(
    (spec) =>
      next.kind === "run" &&
      next.ranks.includes(rankOf(spec)) &&
      next.seeds.includes(spec.seed) &&
      !there.has(nameOf(spec)),
  );
  return { trials: [...trials, ...more], truncations: [], looked: { state, trials } };
}
