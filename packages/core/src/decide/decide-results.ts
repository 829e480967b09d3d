import { InputError } from "../errors.ts";
import { metrics } from "../results/metric.ts";
import type { Decision, Results } from "../results/types.ts";
import { withFault } from "./class-prior/training-fault.ts";
import { type ClassPrior, priorOfLabels, priorOfShare } from "./class-prior-loss.ts";
import { withConvergence } from "./convergence/with-convergence.ts";
import { type DecideOptions, decide } from "./decide.ts";
import { outcomesFromTrials } from "./outcomes.ts";
import { decideProbe } from "./probe/decide-probe.ts";
import { decideRace } from "./race/decide-race.ts";
import { costsOfTrials } from "./rank-costs.ts";
import { withRates } from "./returns.ts";
import { robustnessOf } from "./robustness/robustness.ts";
import { withRobustness } from "./robustness/with-robustness.ts";

/** What a decision reads of a sweep's results. */
export type DecidableResults = Pick<Results, "trials" | "truncations" | "otherRates" | "otherScaling"> & {
  readonly data?: Pick<Results["data"], "majorityShare" | "validationLabels">;
  readonly sweep: Pick<Results["sweep"], "method" | "ranks" | "seeds" | "metric" | "margin" | "confidence">;
};

/**
 * The decision on a sweep's results, whichever method ran it, by the sweep's own settings or by `options` in their place,
 * with whether the ranks had converged, and what other learning rates and scalings say where they were tried. No rank is recommended
 * where none is shown to be better than the class prior; then it says what is wrong with the training, as far as that shows.
 *
 * A margin is in the unit of its metric, so with another metric it is that metric's default. Options that the sweep
 * did not have are judged on the trials that its method ran.
 */
export function decideResults(results: DecidableResults, options: DecideOptions = {}): Decision {
  const { trials, otherRates = [], otherScaling, data } = results;
  const share = data?.majorityShare;
  const costed = withCosts(decisionOf(results, options), trials);
  const decision = withFault(withConvergence(costed, trials, share), trials);
  if (otherRates.length === 0 || decision.ranks.length < 2 || decision.copies) return decision;
  const known = {
    ...(share === undefined ? {} : { majorityShare: share }),
    ...(otherScaling === undefined ? {} : { otherScaling }),
  };
  return withRobustness(decision, robustnessOf({ decision, trials, extra: otherRates, ...known }));
}

/** Gains divided by what they cost. */
function withCosts(decision: Decision, trials: Results["trials"]): Decision {
  const { returns } = decision;
  return returns ? { ...decision, returns: withRates(returns, costsOfTrials(trials)) } : decision;
}

function decisionOf(results: DecidableResults, options: DecideOptions): Decision {
  const { sweep, trials, truncations = [] } = results;
  const { method = "grid", ranks, seeds, metric, margin, confidence } = sweep;
  const another = options.metric !== undefined && options.metric !== metric;
  const settings = {
    metric,
    margin: another ? metrics[options.metric]?.defaultMargin : margin,
    confidence,
    ...options,
  };
  const table = outcomesFromTrials(trials);
  const outcomes = { ...table, prior: priorIn(results, table.examples) };
  switch (method) {
    case "grid":
      return decide(outcomes, settings);
    case "probe":
      return decideProbe(outcomes, truncations, { ...settings, ranks, seeds });
    case "race":
      return decideRace(outcomes, { ...settings, ranks, seeds });
  }
}

/** What the shares of the classes alone would do; undefined for causal-lm, and where no trial completed. */
function priorIn({ trials, data }: DecidableResults, examples: number): ClassPrior | undefined {
  const { validationLabels: labels, majorityShare: share } = data ?? {};
  if (examples === 0) return undefined;
  if (labels !== undefined) {
    if (labels.length === examples) return priorOfLabels(labels);
    const got = `got ${labels.length} and ${examples}`;
    throw new InputError("E_OUTCOMES", `validationLabels must be as many as the outcomes of a trial, ${got}`);
  }
  const spec = trials[0]?.spec;
  const task = spec && "task" in spec ? spec.task : undefined;
  return share === undefined || task?.kind !== "classification"
    ? undefined
    : priorOfShare(share, task.labels.length, examples);
}
