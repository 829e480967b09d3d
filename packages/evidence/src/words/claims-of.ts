import { checkClaims, loneClaims, reservations } from "../checks/claims.ts";
import { claim, type StepKind, type Topic } from "../claims/claim.ts";
import { courseOf, methodClaims } from "../methods/methods.ts";
import type { Decided } from "../schema/decision-types.ts";
import { betOf, isBehindPrior, rankToUse } from "../schema/rank-to-use.ts";
import type { Claim } from "./claim.ts";
import { type ClaimInputs, secondsPerSeed, sweepClaims } from "./sweep-claims.ts";
import { verdictClaims } from "./verdict-claims.ts";

/** Order of next steps: first whatever changes the results of others. */
const places: Readonly<Record<StepKind, number>> = {
  resume: 0,
  "check-settings": 1,
  "check-inputs": 2,
  "check-labels": 3,
  "lower-rate": 4,
  "search-rate": 5,
  "train-longer": 6,
  "compare-rslora": 7,
  "retry-out-of-memory": 8,
  "run-missing": 9,
  "leave-out": 10,
  "complete-two-ranks": 11,
  "try-larger": 12,
  "meet-condition": 13,
  "loosen-limit": 14,
  needed: 15,
  "no-design-settles": 16,
  "settle-conditions": 17,
  "look-larger": 18,
  "try-rates": 19,
};

function inStepOrder(steps: readonly Claim[]): Claim[] {
  return steps.toSorted((a, b) => placeOf(a) - placeOf(b));
}

function placeOf({ kind }: Claim): number {
  return places[kind as StepKind];
}

const order: readonly Topic[] = ["verdict", "evidence", "caution", "next", "method", "basis"];

/** Claims by topic, the answer first; from a sweep's results also on runs and test score. */
export function claimsOf(found: Decided | ClaimInputs): Claim[] {
  const isSweep = "decision" in found;
  const claims = isSweep
    ? withSweep(
        decisionClaims(found.decision).map((one) => withTime(one, found)),
        sweepClaims(found),
      )
    : decisionClaims(found);
  const { axis, secondary = [] } = isSweep ? found.decision : found;
  // Advice to train longer is dropped if some rank was trained too long, or no rank meets the conditions as it is.
  const isTooLong =
    claims.some(({ kind }) => kind === "above-untrained") ||
    secondary.some(({ ranks }) => ranks.every(({ condition }) => condition === "violated"));
  return order
    .flatMap((topic) => (topic === "next" ? inStepOrder(onTopic(claims, topic)) : onTopic(claims, topic)))
    .filter(({ kind }) => !isTooLong || kind !== "train-longer")
    .map((one) => (axis === undefined ? one : { ...one, axis }));
}

/**
 * Claims with the sweep's added. A count of failed runs replaces the claim on lost seeds; other rates are advised if
 * nothing else is.
 */
function withSweep(claims: readonly Claim[], more: readonly Claim[]): Claim[] {
  const hasFailed = more.some(({ kind }) => kind === "failed-runs");
  const hasAdvice = onTopic([...claims, ...more], "next").some(({ kind }) => kind !== "try-rates");
  return [
    ...claims.filter(({ kind }) => !(hasFailed && kind === "left-out-seeds")),
    ...more.filter(({ kind }) => !(hasAdvice && kind === "try-rates")),
  ];
}

function withTime(one: Claim, results: ClaimInputs): Claim {
  const seconds = secondsPerSeed(results);
  return one.kind === "needed" && seconds > 0 ? { ...one, secondsPerSeed: seconds } : one;
}

export function onTopic(claims: readonly Claim[], ...topics: readonly Topic[]): Claim[] {
  return claims.filter(({ topic }) => topics.includes(topic));
}

function decisionClaims(decision: Decided): Claim[] {
  const alone = loneClaims(decision);
  if (alone) return [...alone, ...basis(decision)];
  return withoutTwins([
    ...reservations(decision),
    ...verdictClaims(decision),
    ...earlierClaims(decision),
    ...returnsClaims(decision),
    ...checkClaims(decision, "onSettings"),
    ...armOrder(decision),
    ...exclusions(decision),
    ...checkClaims(decision, "onRuns"),
    ...selectionClaims(decision),
    ...(decision.agreeingSeeds === undefined ? methodClaims(decision) : []),
    ...basis(decision),
  ]);
}

/** Keeps the first advice to search a rate: it has the wider search. */
function withoutTwins(claims: readonly Claim[]): Claim[] {
  const searches = claims.filter(({ kind }) => kind === "search-rate" || kind === "lower-rate");
  return claims.filter((one) => !searches.includes(one) || one === searches[0]);
}

function returnsClaims({ returns, metric, secondary = [] }: Decided): Claim[] {
  if (returns?.curve !== "rising-until") return [];
  const step = returns.steps.find(({ to }) => to === returns.rank)!;
  const gain = { rank: step.to, than: step.from, difference: step.gain, interval: step.interval, metric };
  // Nothing is gained beyond a rank that a condition forbids.
  const isForbidden = secondary.some(({ ranks }) =>
    ranks.some(({ rank, condition }) => rank === step.to && condition === "violated"),
  );
  return [claim.evidence("gain-until", { ...gain, isLast: step === returns.steps.at(-1) && !isForbidden })];
}

/** Claims an earlier rule's different verdict. */
function earlierClaims({ earlier, verdict, rank }: Decided): Claim[] {
  const differs = earlier !== undefined && (earlier.verdict !== verdict || earlier.rank !== rank);
  return differs ? [claim.caution("earlier-rule", earlier)] : [];
}

/** Cautions that the recommended rank's mean is optimistic, if the rank was chosen for the best mean. */
function selectionClaims({ selection, rank, bestRank, metric }: Decided): Claim[] {
  if (!selection || bestRank === null || rank !== bestRank) return [];
  const { ranks, expectedInflation: inflation } = selection;
  return [claim.caution("selection-inflation", { ranks, inflation, bestRank, metric })];
}

/** Claims on which arm is cheaper, and which arms are as good as the best; none for ranks. */
function armOrder(decision: Decided): Claim[] {
  const { axis, ranks, margin, metric } = decision;
  if (axis === undefined || ranks.length + courseOf(decision).dropped.length < 2) return [];
  const { cost } = axis;
  const named = rankToUse(decision) ?? betOf(decision)?.rank;
  const compared = ranks.map(({ rank }) => rank);
  const costOf = (arm: number): number | undefined => cost?.values[arm - 1];
  const alike = compared.filter((arm) => named !== undefined && costOf(arm) === costOf(named));
  const isFirst = cost !== undefined && alike.length > 1 && alike[0] === named;
  const certified = ranks.flatMap(({ rank, shortfallBound = Infinity }) =>
    shortfallBound <= margin ? [rank] : [],
  );
  return [
    claim.evidence("arm-order", {
      ...(cost === undefined ? {} : { costs: cost.of }),
      ...{ equal: isFirst ? alike : [], within: cost === undefined ? certified : [], margin, metric },
    }),
  ];
}

function exclusions(decision: Decided): Claim[] {
  const { leftOut = [], excluded = [] } = decision;
  const { leftBehind, dropped } = courseOf(decision);
  const claimed = [...leftBehind, ...dropped];
  const seeds = [...new Set(leftOut.map(({ seed }) => seed))].sort((a, b) => a - b);
  return [
    ...(seeds.length > 0 ? [claim.caution("left-out-seeds", { seeds, failures: leftOut })] : []),
    ...excluded
      .filter(({ rank }) => !claimed.includes(rank))
      .map(({ rank, reason }) => claim.caution("excluded", { rank, reason })),
  ];
}

function basis(decision: Decided): Claim[] {
  const { seeds, examples, confidence, ranks, metric, runScores, chosenRows } = decision;
  if (ranks.length === 0) return [];
  const mostRuns = Math.max(...ranks.map((one) => one.seeds));
  const isApart = decision.seedsAre === "apart";
  const body = { seeds, mostRuns, isApart, examples, confidence, holdsFor: holdsFor(decision) };
  return [
    ...(chosenRows === undefined ? [] : [claim.evidence("chosen-rows", chosenRows)]),
    runScores === undefined
      ? claim.basis("basis", body)
      : claim.basis("score-basis", { ...body, ...runScores, metric }),
  ];
}

function holdsFor(decision: Decided): "pairs" | "ranks" | "none" {
  if (decision.copies || decision.agreeingRuns) return "none";
  if (isBehindPrior(decision)) return decision.classPrior?.source === "agreement" ? "none" : "ranks";
  return decision.seeds > 1 && decision.ranks.length > 1 ? "pairs" : "none";
}
