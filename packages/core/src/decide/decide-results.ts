import type { Decision, Results } from "../results/types.ts";
import { type DecideOptions, decide, defaultMargins } from "./decide.ts";
import { decideProbe } from "./decide-probe.ts";
import { decideRace } from "./decide-race.ts";
import { outcomesFromTrials } from "./outcomes.ts";

/** What a decision reads of a sweep's results. */
export type DecidableResults = Pick<Results, "trials" | "truncations"> & {
  readonly sweep: Pick<Results["sweep"], "method" | "ranks" | "seeds" | "metric" | "margin" | "confidence">;
};

/**
 * The decision on a sweep's results, whichever method ran it, by the sweep's own settings or by `options` in their place.
 * A margin is in the unit of its metric, so with another metric it is that metric's default. Options that the sweep
 * did not have are judged on the trials that its method ran.
 */
export function decideResults(
  { sweep, trials, truncations = [] }: DecidableResults,
  options: DecideOptions = {},
): Decision {
  const { method = "grid", ranks, seeds, metric, margin, confidence } = sweep;
  const another = options.metric !== undefined && options.metric !== metric;
  const settings = {
    metric,
    margin: another ? defaultMargins[options.metric] : margin,
    confidence,
    ...options,
  };
  const outcomes = outcomesFromTrials(trials);
  switch (method) {
    case "grid":
      return decide(outcomes, settings);
    case "probe":
      return decideProbe(outcomes, truncations, { ...settings, ranks, seeds });
    case "race":
      return decideRace(outcomes, { ...settings, ranks, seeds });
  }
}
