import { isBehindPrior } from "../behind-prior.ts";
import type { ClassPriorComparison } from "../class-prior-types.ts";
import { type MetricName, metrics } from "../metric.ts";
import type { Claim } from "./claim.ts";
import { claim } from "./make-claim.ts";
import type { Decided } from "./pairs.ts";

/** Where no rank completed, or none is shown to be better than the class prior: what there is instead, and what to do. */
export function priorClaims(decision: Decided, atOwnRate: boolean): Claim[] {
  const { classPrior, ranks } = decision;
  const why = ranks.length === 0 ? "nothing-completed" : whyNone(classPrior!);
  return [
    claim("none-recommended", { why, atOwnRate }),
    ...(isBehindPrior(decision) ? nothingLearned(decision, classPrior!) : []),
    ...faultClaims(decision),
  ];
}

function whyNone({ source, state }: ClassPriorComparison) {
  if (source === "agreement") return "same-answers";
  return state === "not-better" ? "not-better" : "unclear";
}

function nothingLearned({ seeds, metric, fault }: Decided, prior: ClassPriorComparison): Claim[] {
  const { accuracy, logLoss, source, state, ranks } = prior;
  const closest = closestRank(prior, metric);
  const body = {
    ...(fault === undefined ? {} : { cause: fault }),
    state: state === "not-better" ? state : ("unclear" as const),
    source,
    accuracy,
    ...(closest.logLoss === undefined ? {} : { logLoss }),
    runs: ranks.length * seeds,
  };
  return [
    claim("nothing-learned", body),
    ...(source === "agreement" ? [] : [claim("closest-to-prior", closest)]),
  ];
}

/** By the decision's metric; the smallest of equals. */
function closestRank({ ranks }: ClassPriorComparison, metric: MetricName) {
  const { field } = metrics[metric];
  return ranks.reduce((best, one) => (one[field]! > best[field]! ? one : best));
}

function faultClaims({ fault, faultyTraining, ranks, convergence = [] }: Decided): Claim[] {
  if (fault === undefined) return [];
  const { learningRate, epochs, steps, diverged = 0, divergedAtStart = 0 } = faultyTraining ?? {};
  const isShort = fault === "too-short" && convergence.every(({ fall }) => fall === undefined);
  const seen = claim("fault", {
    cause: fault,
    diverged,
    ...(divergedAtStart > 0 ? { divergedAtStart } : {}),
    anyCompared: ranks.length > 0,
    ...(isShort && steps !== undefined ? { fewSteps: steps } : {}),
  });
  switch (fault) {
    case "rate-too-high":
      return [seen, claim("lower-rate", learningRate === undefined ? {} : { now: learningRate })];
    case "too-short":
      return [
        seen,
        ...(epochs === undefined
          ? []
          : [claim("train-longer", { epochs: 2 * epochs, maySpeedDiffer: false })]),
      ];
    case "memorising":
      return [seen, claim("check-labels", { thenSearch: false })];
    case "unknown":
      if (2 * divergedAtStart > diverged && ranks.length === 0) return [seen, claim("check-inputs", {})];
      return [seen, claim("check-labels", { thenSearch: true })];
  }
}
