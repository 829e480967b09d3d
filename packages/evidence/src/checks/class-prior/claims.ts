import { type ClaimIn, claimsWith, type SharedClaim } from "../../claims/claim.ts";
import type { ClassPriorComparison } from "../../schema/check-types.ts";
import type { Decided } from "../../schema/decision-types.ts";
import { type MetricName, metricOf } from "../../schema/metric.ts";
import { isBehindPrior } from "../../schema/rank-to-use.ts";
import { scoreIn } from "../../schema/scores.ts";
import type { CheckClaims } from "../check-claims.ts";
import { aboveClassPrior, longer } from "./above-untrained.ts";
import { type ClassPriorBodies, classPriorWords } from "./words.ts";

const claim = claimsWith<ClassPriorBodies>();

export type ClassPriorClaim = ClaimIn<ClassPriorBodies>;

/** Claims if no rank beats the class prior; else a caution on right answers with a larger log loss. */
export const classPrior: CheckClaims<ClassPriorBodies> = {
  words: classPriorWords,
  answer(decision, atOwnRate) {
    const { classPrior: prior, ranks } = decision;
    if (ranks.length > 0 && !isBehindPrior(decision)) return undefined;
    const why = ranks.length === 0 ? "nothing-completed" : whyNone(prior!);
    return [
      claim.verdict("none-recommended", { why, atOwnRate }),
      ...(isBehindPrior(decision) ? nothingLearned(decision, prior!) : []),
      ...faultClaims(decision),
    ];
  },
  onRuns(decision) {
    const found = aboveClassPrior(decision);
    return found === undefined ? [] : [claim.caution("above-untrained", found)];
  },
};

function whyNone({ source, state }: ClassPriorComparison) {
  if (source === "agreement") return "same-answers";
  return state === "not-better" ? "not-better" : "unclear";
}

function nothingLearned(
  { seeds, metric, fault }: Decided,
  prior: ClassPriorComparison,
): (SharedClaim | ClassPriorClaim)[] {
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
    claim.verdict("nothing-learned", body),
    ...(source === "agreement" ? [] : [claim.evidence("closest-to-prior", closest)]),
  ];
}

function closestRank({ ranks }: ClassPriorComparison, metric: MetricName) {
  const by = metricOf(metric);
  return ranks.reduce((best, one) => (scoreIn(one, by)! > scoreIn(best, by)! ? one : best));
}

function faultClaims({
  fault,
  faultyTraining,
  ranks,
  axis,
  convergence = [],
}: Decided): (SharedClaim | ClassPriorClaim)[] {
  if (fault === undefined) return [];
  const { learningRate, epochs, steps, diverged = 0, divergedAtStart = 0 } = faultyTraining ?? {};
  const isShort = fault === "too-short" && convergence.every(({ fall }) => fall === undefined);
  const seen = claim.verdict("fault", {
    cause: fault,
    diverged,
    ...(divergedAtStart > 0 ? { divergedAtStart } : {}),
    anyCompared: ranks.length > 0,
    ...(isShort && steps !== undefined ? { fewSteps: steps } : {}),
  });
  switch (fault) {
    case "rate-too-high":
      return [seen, claim.next("lower-rate", learningRate === undefined ? {} : { now: learningRate })];
    case "too-short": {
      // Epochs are unknown if another trainer decides them, or if arms differ in them.
      const known = epochs === undefined ? {} : { epochs: longer(epochs) };
      const isAdvised = epochs !== undefined || axis !== undefined;
      return [seen, ...(isAdvised ? [claim.next("train-longer", { ...known, maySpeedDiffer: false })] : [])];
    }
    case "memorising":
      return [seen, claim.next("check-labels", { thenSearch: false })];
    case "unknown":
      if (2 * divergedAtStart > diverged && ranks.length === 0) return [seen, claim.next("check-inputs", {})];
      return [seen, claim.next("check-labels", { thenSearch: true })];
  }
}
