import type { DecisionFacts } from "../results/decision-facts.ts";
import type { MethodName, Truncation } from "../results/types.ts";
import { decideOutcomes } from "./decide.ts";
import type { OutcomeTable } from "./outcomes.ts";
import { decideProbe } from "./probe/decide-probe.ts";
import { decideRace, nextRaceLook } from "./race/race.ts";
import type { DecideOptions } from "./settings.ts";

/** Runs of a method, and the ranks and seeds that it was planned for. */
export interface MethodRuns {
  readonly outcomes: OutcomeTable;
  readonly truncations: readonly Truncation[];
  readonly ranks: readonly number[];
  readonly seeds: readonly number[];
}

/** Decision functions by method. The course of each method is a row of `results/methods/methods.ts`. */
export const methods: Readonly<
  Record<MethodName, (runs: MethodRuns, options: DecideOptions) => DecisionFacts>
> = {
  grid: ({ outcomes }, options) => decideOutcomes(outcomes, options),
  probe: ({ outcomes, truncations, ranks, seeds }, options) =>
    decideProbe(outcomes, truncations, { ...options, ranks, seeds }),
  race: ({ outcomes, ranks, seeds }, options) => decideRace(outcomes, { ...options, ranks, seeds }),
};

/** Methods whose claims hold before the end too, with the seeds of the look after a decision on `planned` seeds. */
const looks: { readonly [Name in MethodName]?: typeof nextRaceLook } = { race: nextRaceLook };

/** Seeds after which a method looks at its outcomes next; undefined if there is no look before the end. */
export function nextLook(method: MethodName, ...soFar: Parameters<typeof nextRaceLook>): number | undefined {
  return looks[method]?.(...soFar);
}
