import { answerOfChecks, isAtOwnRate } from "../checks/claims.ts";
import type { CopiesBodies } from "../checks/copies/claims.ts";
import { claimsWith } from "../claims/claim.ts";
import type { PossibleLoss } from "../claims/shared-bodies.ts";
import { courseOf } from "../methods/methods.ts";
import { lacksCosts } from "../schema/arm-axis.ts";
import type { Decided } from "../schema/decision-types.ts";
import { metricOf } from "../schema/metric.ts";
import { betOf, isSettled, provenRank } from "../schema/rank-to-use.ts";
import { fewestSeeds, weakEvidence } from "../schema/weak-evidence.ts";
import type { Claim } from "./claim.ts";
import {
  conditionClaims,
  conditionsOf,
  openRanks,
  ranksWith,
  settleConditions,
  withoutViolating,
} from "./condition-claims.ts";
import { pairDifference, ranksInPlay } from "./pair-differences.ts";

const claim = claimsWith<CopiesBodies>();

/** Verdict claims; the first is the headline. */
export function verdictClaims(decision: Decided): Claim[] {
  const ofChecks = answerOfChecks(decision);
  if (ofChecks !== undefined) return ofChecks;
  const [headline, ...reasons] = answer(withoutViolating(decision), decision.ranks, isAtOwnRate(decision));
  return [headline!, ...conditionClaims(decision), ...reasons];
}

function answer(decision: Decided, all: Decided["ranks"], atOwnRate: boolean): Claim[] {
  const { verdict, rank, ranks } = decision;
  const isViolated = ranks.length < all.length;
  if (isViolated && ranks.length < 2 && rank === null)
    return [unsettled(decision, atOwnRate), ...bestBet(decision), ...settleConditions(decision)];
  if (verdict === "inconclusive" || rank === null)
    return [unsettled(decision, atOwnRate), ...inconclusive(decision)];
  const compared = ranks.map((one) => one.rank);
  const comparesAll = (decision.excluded ?? []).length === 0 && courseOf(decision).comparesAll;
  const loss = verdict === "extend" ? undefined : lossOf(decision, rank);
  const headline = claim.verdict("recommended", {
    ...{ rank, verdict, metric: decision.metric, ranks: compared, comparesAll, atOwnRate },
    ...(loss === undefined ? {} : { loss }),
    ...weakOf(decision),
    ...meeting(decision),
  });
  if (ranks.length === 1) {
    const others = isViolated ? { others: "violate" as const } : {};
    return [
      headline,
      claim.verdict("left-alone", { rank, isLargest: verdict === "extend", ...others }),
      ...larger(decision),
    ];
  }
  if (verdict === "extend") return [headline, ...extend(decision, rank), ...larger(decision)];
  return [
    headline,
    ...named(decision, all[0]!.rank, rank),
    ...maybeLarger(decision),
    ...(isSettled(decision) ? [] : needed(decision, "prove")),
  ];
}

function meeting(decision: Decided): { conditions?: number } {
  const { length } = conditionsOf(decision);
  return length === 0 ? {} : { conditions: length };
}

function mayMeet(decision: Decided): { mayMeet?: boolean } {
  return conditionsOf(decision).length === 0 ? {} : { mayMeet: true };
}

function lossOf({ ranks, margin, metric }: Decided, rank: number): PossibleLoss | undefined {
  const bound = ranks.find((one) => one.rank === rank)?.shortfallBound;
  return bound === undefined ? undefined : { bound, margin, metric };
}

function weakOf(decision: Decided): { weak?: ReturnType<typeof weakEvidence> & object } {
  const weak = weakEvidence(decision);
  return weak === undefined ? {} : { weak };
}

function unsettled(decision: Decided, atOwnRate: boolean): Claim {
  const { ranks, margin, metric, confidence, agreeingSeeds } = decision;
  if (agreeingSeeds !== undefined) return claim.verdict("none-recommended", { why: "no-noise", atOwnRate });
  const rank = provenRank(decision);
  const isMet = conditionsOf(decision).length === 0 || ranksWith(decision, "met").length > 0;
  const why = isMet || decision.seeds < 2 ? "unsettled" : "no-keeper";
  if (rank === null) return claim.verdict("none-recommended", { why, atOwnRate });
  const inPlay = ranksInPlay(decision);
  const open = ranks.flatMap(({ rank: smaller, shortfallBound: bound }) =>
    smaller < rank && bound !== undefined && inPlay.includes(smaller) ? [{ rank: smaller, bound }] : [],
  );
  const weak = weakOf(decision);
  return claim.verdict("enough", {
    rank,
    margin,
    metric,
    confidence,
    open,
    atOwnRate,
    ...weak,
    ...meeting(decision),
  });
}

function named(decision: Decided, cheapest: number, rank: number): Claim[] {
  const inPlay = ranksInPlay(decision);
  const worse = decision.ranks.map((one) => one.rank).filter((one) => one !== rank && !inPlay.includes(one));
  const isEven = inPlay.length === decision.ranks.length && courseOf(decision).dropped.length === 0;
  return [
    ...(isEven ? [noDifference(decision)] : []),
    ...possibleLoss(decision, cheapest, rank),
    ...proven(decision, rank),
    ...(isEven || rank === decision.bestRank ? [] : difference(decision, rank, decision.bestRank!)),
    ...(worse.length > 0 ? [claim.evidence("worse", { ranks: worse })] : []),
  ];
}

function noDifference({ ranks, metric, margin, confidence, axis }: Decided): Claim {
  // The smallest rank stands for all; of arms, each has to be within the margin.
  const shown = axis === undefined ? ranks.slice(0, 1) : ranks;
  const behind = ranks.map(({ differenceToBest }) => Math.abs(differenceToBest));
  const spread = Math.max(...behind);
  return claim.verdict("no-difference", {
    ranks: ranks.map(({ rank }) => rank),
    spread,
    metric,
    confidence,
    isProven: shown.every(({ shortfallBound = Infinity }) => shortfallBound <= margin),
  });
}

/** `cheapest`: the cheapest compared rank, although it may violate a condition. */
function possibleLoss(decision: Decided, cheapestRank: number, rank: number): Claim[] {
  const { confidence, ranks } = decision;
  const loss = lossOf(decision, rank);
  const inPlay = ranksInPlay(decision);
  const isFirst = ranks[0]!.rank === cheapestRank && inPlay.length > 1 && inPlay[0] === rank;
  const cheapest = cheapestRank === rank ? "all" : isFirst ? "unbeaten" : "none";
  const cheapestOf = lacksCosts(decision) ? "none" : cheapest;
  return loss === undefined
    ? []
    : [claim.verdict("possible-loss", { rank, ...loss, confidence, cheapestOf })];
}

function bestBet(decision: Decided): Claim[] {
  const { ranks, seeds, margin, metric, confidence } = decision;
  const bet = betOf(decision);
  const isProven = bet !== undefined && bet.rank === provenRank(decision);
  return bet === undefined
    ? []
    : [
        claim.verdict("best-bet", {
          ...bet,
          isProven,
          ...mayMeet(decision),
          compared: ranks.length,
          seeds,
          margin,
          metric,
          confidence,
        }),
      ];
}

function proven(decision: Decided, recommended: number): Claim[] {
  const { margin, metric } = decision;
  const rank = provenRank(decision);
  return rank === null || rank === recommended
    ? []
    : [claim.verdict("proven", { rank, margin, metric, ...mayMeet(decision) })];
}

function extend(decision: Decided, rank: number): Claim[] {
  const { metric, confidence } = decision;
  const than = decision.ranks.at(-2)!.rank;
  const pair = pairDifference(decision, rank, than);
  return pair === undefined ? [] : [claim.verdict("better", { rank, than, ...pair, metric, confidence })];
}

/** Advises a rank above the largest if the largest is to be used and no larger rank was tried. */
function larger(decision: Decided): Claim[] {
  const { rank, axis } = decision;
  if (axis !== undefined) return [];
  const largest = largestTried(decision);
  return rank === largest ? [claim.next("try-larger", { rank: 2 * largest, until: rank })] : [];
}

/** Advises a larger rank if means rise up to the largest, the best bet, and some rank is worse. */
function maybeLarger(decision: Decided): Claim[] {
  const { ranks, rank, metric, axis } = decision;
  if (axis !== undefined) return [];
  const largest = largestTried(decision);
  const { sign } = metricOf(metric);
  const rises = ranks.every(
    ({ differenceToBest }, i) => i === 0 || sign * (differenceToBest - ranks[i - 1]!.differenceToBest) > 0,
  );
  const isChosen = (rank ?? betOf(decision)?.rank) === largest;
  return rises && isChosen && ranksInPlay(decision).length < ranks.length
    ? [claim.next("look-larger", { rank: 2 * largest, largest })]
    : [];
}

function largestTried(decision: Decided): number {
  const { ranks, excluded = [] } = decision;
  const tried = [...ranks, ...excluded].map((one) => one.rank);
  return Math.max(...tried, ...courseOf(decision).dropped, 1);
}

function inconclusive(decision: Decided): Claim[] {
  const { ranks, seeds, agreeingSeeds, agreeingRuns } = decision;
  if (ranks.length < 2)
    return [
      claim.verdict("one-rank", { rank: ranks[0]!.rank }),
      ...bestBet(decision),
      claim.next("complete-two-ranks", {}),
    ];
  if (agreeingSeeds !== undefined)
    return [
      claim.verdict("agreeing-seeds", { ...agreeingRuns, seeds: agreeingSeeds }),
      ...bestBet(decision),
      claim.next("check-settings", { setting: agreeingRuns?.setting ?? "seed", shownBy: "outcomes" }),
    ];
  if (seeds < 2) {
    const intervals = decision.runScores && !decision.runScores.exampleNoise ? "none" : "examples";
    return [claim.verdict("one-seed", { intervals }), ...bestBet(decision), ...moreThanOneSeed(decision)];
  }
  const inPlay = ranksInPlay(decision);
  const worse = ranks.map(({ rank }) => rank).filter((rank) => !inPlay.includes(rank));
  return [
    ...(worse.length === 0 ? [noDifference(decision)] : []),
    ...bestBet(decision),
    ...(worse.length > 0 ? [claim.evidence("worse", { ranks: worse })] : []),
    ...maybeLarger(decision),
    ...inconclusiveNext(decision),
  ];
}

function difference(decision: Decided, rank: number, than: number): Claim[] {
  const pair = pairDifference(decision, rank, than);
  return pair === undefined
    ? []
    : [claim.evidence("difference", { rank, than, ...pair, metric: decision.metric })];
}

/** Most seeds advised: nobody runs more. */
const mostSeeds = 30;

/** Advises seeds after a single seed, to show the noise between seeds: before, the needed design is unknown. */
function moreThanOneSeed(decision: Decided): Claim[] {
  const { examples, seeds, ranks } = decision;
  const until = betOf(decision)?.rank;
  if (until === undefined && conditionsOf(decision).length === 0) return [];
  return [
    claim.next("needed", {
      examples,
      seeds: fewestSeeds,
      rank: ranks[0]!.rank,
      now: { examples, seeds },
      to: "at-least",
      ...(until === undefined ? {} : { until }),
    }),
  ];
}

/** Advises the needed design, or says that it takes more seeds than are advised; empty if it is unknown or no larger. */
function needed(decision: Decided, to: "settle" | "prove"): Claim[] {
  const { examples, seeds, rank, needed: design } = decision;
  if (design === undefined) return [];
  const onlySeeds = (design.onlySeeds ?? Infinity) <= mostSeeds ? design.onlySeeds : undefined;
  const until = betOf(decision)?.rank;
  const open = openRanks(decision);
  // Files by earlier versions may have a design that is no larger. Scores of runs may tell of no examples.
  const isLarger =
    onlySeeds === undefined
      ? design.seeds * Math.max(1, design.examples) > seeds * Math.max(1, examples)
      : onlySeeds > seeds;
  if (!isLarger) return [];
  if (onlySeeds === undefined && design.seeds > mostSeeds) {
    const proves = to === "prove" && rank !== null ? { proves: { rank: design.rank ?? rank } } : {};
    const alone = design.examples > examples ? undefined : design.onlySeeds;
    const enough = { examples: design.examples, seeds: alone ?? design.seeds };
    const tooMany = { most: mostSeeds, enough, now: { examples, seeds }, ...proves };
    return [claim.next("no-design-settles", { tooMany })];
  }
  return [
    claim.next("needed", {
      examples: design.examples,
      seeds: design.seeds,
      ...(onlySeeds === undefined ? {} : { onlySeeds }),
      ...(onlySeeds === undefined || design.leastSeeds === undefined
        ? {}
        : { leastSeeds: design.leastSeeds }),
      rank: design.rank ?? rank ?? ranksInPlay(decision)[0]!,
      now: { examples, seeds },
      to,
      ...(rank === null && until !== undefined ? { until } : {}),
      ...(open.length > 0 ? { open } : {}),
    }),
  ];
}

/** Next steps where nothing is settled: a larger design, more seeds for open conditions, or that no design settles it. */
function inconclusiveNext(decision: Decided): Claim[] {
  const [design] = needed(decision, "settle");
  if (design?.kind === "needed") return [design];
  const open = settleConditions(decision);
  if (open.length > 0) return open;
  if (design !== undefined) return [design];
  return decision.needed ? [] : [claim.next("no-design-settles", {})];
}
