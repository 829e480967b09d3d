import { isBehindPrior } from "../behind-prior.ts";
import type { RankSummary } from "../decision-types.ts";
import type { Claim } from "./claim.ts";
import { claim } from "./make-claim.ts";
import { type Decided, pairDifference, ranksInPlay } from "./pairs.ts";
import { priorClaims } from "./prior-claims.ts";
import { rateClaims } from "./rate-claims.ts";

/** The answer, why it is the answer, and what the compared ranks say besides. The first claim is the headline. */
export function verdictClaims(decision: Decided): Claim[] {
  const atOwnRate = decision.robustness?.order === "flips";
  return [...(atOwnRate ? rateClaims(decision) : []), ...answer(decision, atOwnRate)];
}

function answer(decision: Decided, atOwnRate: boolean): Claim[] {
  const { verdict, rank, ranks } = decision;
  if (ranks.length === 0 || isBehindPrior(decision)) return priorClaims(decision, atOwnRate);
  if (verdict === "inconclusive" || rank === null)
    return [claim("none-recommended", { why: "unsettled", atOwnRate }), ...inconclusive(decision)];
  const compared = ranks.map((one) => one.rank);
  const { race, probe, excluded = [] } = decision;
  const comparesAll = excluded.length === 0 && !probe && !race?.looks.some(({ dropped }) => dropped.length);
  const headline = claim("recommended", { rank, verdict, ranks: compared, comparesAll, atOwnRate });
  if (ranks.length === 1) {
    return [headline, claim("left-alone", { rank, isLargest: verdict === "extend" }), ...larger(decision)];
  }
  switch (verdict) {
    case "adequate":
      return [headline, ...adequate(decision, rank)];
    case "extend":
      return [headline, ...extend(decision, rank), ...larger(decision)];
    case "indistinguishable":
      return [headline, ...notToldApart(decision, true), ...needed(decision, "certify")];
  }
}

function adequate(decision: Decided, rank: number): Claim[] {
  const { metric, margin, confidence, ranks } = decision;
  const index = ranks.findIndex((summary) => summary.rank === rank);
  const bound = ranks[index]?.shortfallBound;
  const smaller = ranks.slice(0, Math.max(0, index));
  const body = { rank, margin, metric, confidence, smaller: smaller.map((one) => one.rank) };
  return [
    ...(bound === undefined ? [] : [claim("certified", { ...body, bound })]),
    ...besideOther(decision, rank),
    ...smallerRanks(decision, smaller),
  ];
}

/** Claims on ranks below the recommended one: which are known to be worse, and which are merely not certified. */
function smallerRanks(decision: Decided, smaller: readonly RankSummary[]): Claim[] {
  const inPlay = ranksInPlay(decision);
  const worse = smaller.filter(({ rank }) => !inPlay.includes(rank)).map(({ rank }) => rank);
  const open = smaller.filter(({ rank }) => inPlay.includes(rank));
  const ranks = open.map(({ rank }) => rank);
  const bound = Math.max(...open.map(({ shortfallBound = 0 }) => shortfallBound));
  return [
    ...(worse.length > 0 ? [claim("worse", { ranks: worse })] : []),
    ...(open.length > 0 ? [claim("may-be-as-good", { ranks, bound, metric: decision.metric })] : []),
    ...needed(decision, "smaller"),
  ];
}

function extend(decision: Decided, rank: number): Claim[] {
  const { metric, confidence } = decision;
  const than = decision.ranks.at(-2)!.rank;
  const pair = pairDifference(decision, rank, than);
  return pair === undefined ? [] : [claim("better", { rank, than, ...pair, metric, confidence })];
}

function larger({ ranks, rank, race }: Decided): Claim[] {
  const dropped = race?.looks.flatMap((look) => look.dropped.map((one) => one.rank)) ?? [];
  const largest = Math.max(...ranks.map((one) => one.rank), ...dropped, 1);
  return rank === largest ? [claim("try-larger", { rank: 2 * largest, until: rank })] : [];
}

function inconclusive(decision: Decided): Claim[] {
  const { metric, margin, ranks, seeds } = decision;
  if (ranks.length < 2) return [claim("one-rank", { rank: ranks[0]!.rank }), claim("complete-two-ranks", {})];
  if (seeds < 2) return [claim("one-seed", {}), ...needed(decision, "at-least")];
  const next = decision.needed ? needed(decision, "settle") : [claim("no-design-settles", {})];
  const inPlay = ranksInPlay(decision);
  if (inPlay.length === ranks.length) return [...notToldApart(decision, false), ...next];
  const worse = ranks.map((summary) => summary.rank).filter((rank) => !inPlay.includes(rank));
  const lowest = inPlay[0]!;
  const other = lowest === decision.bestRank ? inPlay.at(-1)! : decision.bestRank!;
  return [
    claim("none-certified", { worse, ranks: inPlay, margin, metric }),
    ...(other === lowest ? [] : difference(decision, lowest, other)),
    ...next,
  ];
}

/** No difference is supported: what the intervals leave open of the smallest rank. */
function notToldApart(decision: Decided, isClose: boolean): Claim[] {
  const { metric, margin, confidence, ranks } = decision;
  const { rank, shortfallBound: bound = Infinity } = ranks[0]!;
  const compared = ranks.map((one) => one.rank);
  return [
    claim("not-told-apart", { ranks: compared, rank, bound, margin, metric, confidence, isClose }),
    ...besideOther(decision, rank),
  ];
}

/** A rank beside the best one, or beside the largest when it is the best itself. */
function besideOther(decision: Decided, rank: number): Claim[] {
  const others = decision.ranks.map((summary) => summary.rank).filter((other) => other !== rank);
  return difference(decision, rank, rank === decision.bestRank ? others.at(-1)! : decision.bestRank!);
}

function difference(decision: Decided, rank: number, than: number): Claim[] {
  const pair = pairDifference(decision, rank, than);
  return pair === undefined ? [] : [claim("difference", { rank, than, ...pair, metric: decision.metric })];
}

function needed(decision: Decided, to: "settle" | "at-least" | "certify" | "smaller"): Claim[] {
  const { examples, seeds, neededToCertify } = decision;
  const design = to === "settle" || to === "at-least" ? decision.needed : neededToCertify;
  if (design === undefined) return [];
  const now = { examples, seeds };
  return [claim("needed", { examples: design.examples, seeds: design.seeds, now, to })];
}
