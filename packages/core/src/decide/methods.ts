import type { DecisionFacts } from "../results/decision-facts.ts";
import type { MethodMembers, MethodName, Truncation } from "../results/types.ts";
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

interface Method {
  readonly decide: (runs: MethodRuns, options: DecideOptions) => DecisionFacts;
  /** Seeds of the next look after a decision so far. Absent where claims hold at the end alone. */
  readonly nextLook?: (seeds: number, decision: MethodMembers | undefined) => number | undefined;
}

/** Decides by method. The course of each is a row of `results/methods/methods.ts`. */
export const methods: Readonly<Record<MethodName, Method>> = {
  grid: { decide: ({ outcomes }, options) => decideOutcomes(outcomes, options) },
  probe: {
    decide: ({ outcomes, truncations, ranks, seeds }, options) =>
      decideProbe(outcomes, truncations, { ...options, ranks, seeds }),
  },
  race: {
    decide: ({ outcomes, ranks, seeds }, options) => decideRace(outcomes, { ...options, ranks, seeds }),
    nextLook: nextRaceLook,
  },
};

/**
 * Seeds after which a method looks at its outcomes next; undefined where there is no look before the end.
 *
 * @param seeds that are planned.
 * @param decision so far; undefined before the first look.
 */
export function nextLook(
  method: MethodName,
  seeds: number,
  decision: MethodMembers | undefined,
): number | undefined {
  return methods[method].nextLook?.(seeds, decision);
}
