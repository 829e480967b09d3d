import type { Decision, Results } from "../results/types.ts";
import { withConvergence } from "./convergence/convergence-words.ts";
import { type DecideOptions, decide, defaultMargins } from "./decide.ts";
import { outcomesFromTrials } from "./outcomes.ts";
import { decideProbe } from "./probe/decide-probe.ts";
import { decideRace } from "./race/decide-race.ts";
import { costsOfTrials } from "./rank-costs.ts";
import { withRates } from "./returns.ts";
import { robustnessOf } from "./robustness/robustness.ts";
import { withRobustness } from "./robustness/robustness-words.ts";

/** What a decision reads of a sweep's results. */
export type DecidableResults = Pick<Results, "trials" | "truncations" | "otherRates"> & {
  readonly data?: Pick<Results["data"], "majorityShare">;
  readonly sweep: Pick<Results["sweep"], "method" | "ranks" | "seeds" | "metric" | "margin" | "confidence">;
};

/**
 * The decision on a sweep's results, whichever method ran it, by the sweep's own settings or by `options` in their place,
 * with whether the ranks had converged, and what other learning rates say where they were tried.
 *
 * A margin is in the unit of its metric, so with another metric it is that metric's default. Options that the sweep
 * did not have are judged on the trials that its method ran.
 */
export function decideResults(results: DecidableResults, options: DecideOptions = {}): Decision {
  const { trials, otherRates = [], data } = results;
  const share = data?.majorityShare;
  const decision = withConvergence(withCosts(decisionOf(results, options), trials), trials, share);
  if (otherRates.length === 0 || decision.ranks.length < 2) return decision;
  const majority = share === undefined ? {} : { majorityShare: share };
  return withRobustness(decision, robustnessOf({ decision, trials, extra: otherRates, ...majority }));
}

/** Gains divided by what they cost. */
function withCosts(decision: Decision, trials: Results["trials"]): Decision {
  const { returns } = decision;
  return returns ? { ...decision, returns: withRates(returns, costsOfTrials(trials)) } : decision;
}

function decisionOf({ sweep, trials, truncations = [] }: DecidableResults, options: DecideOptions): Decision {
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
