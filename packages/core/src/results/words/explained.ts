import { checkReasons } from "../checks/checks.ts";
import { claimsOf } from "../claims/claims-of.ts";
import type { DecisionFacts, ExclusionCause, Reasons } from "../decision-facts.ts";
import type { Decided, Decision, ExcludedRank } from "../decision-types.ts";
import { failureReasons } from "../failure-words.ts";
import { methodReasons, withMethodReasons } from "../methods/methods.ts";
import type { MetricName } from "../metric.ts";
import { paragraph } from "./in-words.ts";

const reasons: Reasons<ExclusionCause["kind"]> = { ...failureReasons, ...checkReasons, ...methodReasons };

/** Adds words to a decision: its reasons, and its claims as one paragraph. */
export function explained(facts: DecisionFacts): Decision {
  const decided = withReasons(facts);
  return { ...decided, explanation: paragraph(claimsOf(decided)) };
}

function withReasons(facts: DecisionFacts): Decided {
  const { excluded, ...rest } = withMethodReasons(facts);
  const inWords = excluded?.map(
    ({ rank, cause }): ExcludedRank => ({ rank, reason: reasonOf(cause, facts.metric) }),
  );
  return { ...rest, ...(inWords ? { excluded: inWords } : {}) };
}

function reasonOf(cause: ExclusionCause, metric: MetricName): string {
  return (reasons[cause.kind] as (cause: ExclusionCause, metric: MetricName) => string)(cause, metric);
}
