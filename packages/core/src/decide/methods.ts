import type { DecisionFacts } from "../results/decision-facts.ts";
import type { MethodName, Truncation } from "../results/types.ts";
import { decideOutcomes } from "./decide.ts";
import type { OutcomeTable } from "./outcomes.ts";
import { decideProbe } from "./probe/decide-probe.ts";
import { decideRace } from "./race/race.ts";
import type { DecideOptions } from "./settings.ts";

/** Runs of a method, and the ranks and seeds that it was planned for. */
export interface MethodRuns {
  readonly outcomes: OutcomeTable;
  readonly truncations: readonly Truncation[];
  readonly ranks: readonly number[];
  readonly seeds: readonly number[];
}

/** Decides by method. The course of each is a row of `results/methods/methods.ts`. */
export const methods: Readonly<
  Record<MethodName, (runs: MethodRuns, options: DecideOptions) => DecisionFacts>
> = {
  grid: ({ outcomes }, options) => decideOutcomes(outcomes, options),
  probe: ({ outcomes, truncations, ranks, seeds }, options) =>
    decideProbe(outcomes, truncations, { ...options, ranks, seeds }),
  race: ({ outcomes, ranks, seeds }, options) => decideRace(outcomes, { ...options, ranks, seeds }),
};
