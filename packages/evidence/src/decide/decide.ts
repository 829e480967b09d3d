import { lacksCosts } from "../schema/arm-axis.ts";
import type { ArmAxis } from "../schema/arm-types.ts";
import type { DecisionFacts } from "../schema/decision-facts.ts";
import { cutToRange, metricOf } from "../schema/metric.ts";
import { isSettled, ranksBehindPrior, tellsRanksApart } from "../schema/rank-to-use.ts";
import type {
  CheckMembers,
  Decision,
  Interval,
  MetricName,
  PairSummary,
  RankScore,
  RankSummary,
  Selection,
} from "../schema/types.ts";
import { weakEvidence } from "../schema/weak-evidence.ts";
import { expectedMaximum } from "../statistics/normal.ts";
import type { ClaimFamily, ClaimTails } from "./claim-tails.ts";
import {
  compareRanks,
  metricMatrix,
  type PairComparison,
  type PairwiseComparison,
  pairOf,
  rankScore,
  shortfallBound,
} from "./compare.ts";
import { bestAmong, betFor, byTaskOf } from "./conditions/bets.ts";
import { compareJointly, type JointComparison } from "./conditions/findings.ts";
import { comparisonAgainst, keepersOf, rivalsOf } from "./conditions/keepers.ts";
import { varianceOfMean } from "./interval/half-width.ts";
import { openBound } from "./open-bound.ts";
import { pairSummary } from "./pair-summary.ts";
import { type PairedDesign, withoutRuns } from "./paired-design.ts";
import { neededFor } from "./plan/needed.ts";
import { diminishingReturns } from "./returns.ts";
import type { DecideSettings } from "./settings.ts";
import { indifferenceMargins, openVerdict, ranksInPlay, type Verdict, verdictOf } from "./verdict.ts";
import { type CollapsedComparison, verdictWithout } from "./without-collapsed.ts";

export interface CheckedRuns<Design = PairedDesign> {
  readonly design: Design;
  /** Statements that checks rule out for these runs: a recommended `rank`, differences in `pairs`, or a `plan`. */
  readonly forbids: readonly ("rank" | "pairs" | "plan")[];
  readonly members: CheckMembers;
}

export interface DecideContext {
  /** Claims that share the allowed error. Default: those on the design's ranks. */
  readonly family?: ClaimFamily;
  /** Tail probabilities for planning a larger design. Default: the comparison's. */
  readonly plannedTails?: ClaimTails;
  /** Ranks outside the design, each shown to be worse than a rank in it. */
  readonly beaten?: readonly number[];
  /** Rank pairs from which returns are computed. Default: the design's. */
  readonly pairs?: readonly PairSummary[];
  /** Arms in order, if they are compared in place of ranks. */
  readonly axis?: ArmAxis | undefined;
}

export function decideDesign(
  { design, forbids, members }: CheckedRuns,
  examples: number,
  settings: DecideSettings,
  context: DecideContext = {},
): DecisionFacts {
  const { metric, confidence } = settings;
  if (design.ranks.length === 0) return nothingCompleted(examples, design, settings, context.axis);
  const { family = familyOf(design.ranks.length, context.axis) } = context;
  // Single-rank intervals hold at every race look, and for every confirmed probe rank.
  const own = 1 - (family?.spend?.(1 - confidence) ?? 1 - confidence);
  const compared = (runs: PairedDesign) =>
    compareJointly(runs, settings.secondary, own, (more) =>
      compareRanks(runs, metric, confidence, { ...family, ...more }),
    );
  const compareWithout: ComparedRanks["compareWithout"] = (runs) => {
    const left = withoutRuns(design, runs);
    return left && { seeds: left.seeds.length, ...compared(left) };
  };
  const scores = design.cells.map((cells) => ({
    seeds: cells.length,
    ...rankScore(cells, { metric, confidence: own }),
  }));
  const bestRank = bestOf(design, metric);
  return decideCompared(
    {
      design,
      examples,
      ...compared(design),
      compareWithout,
      scores,
      bestRank,
      forbids,
      members,
    },
    settings,
    context,
  );
}

export interface ComparedRanks
  extends CheckedRuns<Pick<PairedDesign, "ranks" | "seeds" | "seedsAre" | "excluded" | "failures">>,
    JointComparison {
  readonly members: CheckMembers & Pick<Decision, "runScores">;
  readonly examples: number;
  /** Repeats the comparison without these runs; undefined if fewer than two seeds remain. */
  readonly compareWithout: CollapsedComparison["compareWithout"];
  /** Mean scores in rank order. `seeds`: the rank's own run count, if ranks differ. */
  readonly scores: readonly (RankScore & Partial<Pick<RankSummary, "seeds">>)[];
  readonly bestRank: number;
}

export function decideCompared(
  compared: ComparedRanks,
  { metric, margin, confidence, power }: DecideSettings,
  { plannedTails, beaten = [], pairs: seenPairs, axis }: DecideContext = {},
): DecisionFacts {
  const {
    design,
    examples,
    comparison,
    compareWithout,
    scores,
    bestRank,
    secondary,
    compareByTask,
    forbids,
    members,
  } = compared;
  const { ranks, seeds } = design;
  const claims = seeds.length > 1 && ranks.length > 1 && !forbids.includes("pairs");
  const mayRecommend = !forbids.includes("rank");
  const keepers = keepersOf(ranks, secondary);
  const among = rivalsOf({ ranks, comparison }, keepers);
  const isClosed = axis !== undefined;
  const input = { ...among, seeds: seeds.length, margin, dropped: beaten, isClosed };
  const found = mayRecommend ? withoutBehindPrior(verdictOf(input), members) : openVerdict;
  const boundOn = (rank: number): Pick<RankSummary, "shortfallBound"> => {
    const rivals = comparisonAgainst(comparison, rank, keepers);
    if (!claims || rivals.pairs.length === 0) return {};
    const bound = isSettled(found) ? shortfallBound(rivals.pairs, rank) : openBound(rivals, rank);
    return { shortfallBound: cutToRange(bound, metricOf(metric)) };
  };
  const summaries = ranks.map(
    (rank, index): RankSummary => ({
      rank,
      seeds: seeds.length,
      ...scores[index]!,
      ...differenceToBest(rank, bestRank, metric, comparison),
      ...boundOn(rank),
    }),
  );
  const unbeaten = seeds.length > 1 ? ranksInPlay(among.ranks, among.comparison) : among.ranks;
  const inPlay = unbeaten.filter((rank) => among.candidates.includes(rank));
  const tails = plannedTails ?? comparison.tails;
  const larger =
    mayRecommend && !forbids.includes("plan") && inPlay.length > 0
      ? largerDesign(found, { ...among.comparison, tails }, inPlay, { margin, power })
      : {};
  const without =
    mayRecommend && members.collapsed !== undefined
      ? verdictWithout(
          { ranks, comparison, secondary, compareWithout },
          ({ comparison, secondary, seeds }) => {
            const keepers = keepersOf(ranks, secondary);
            const left = { ranks, comparison };
            const verdict = verdictOf({ ...input, ...rivalsOf(left, keepers), seeds });
            const open = { ...left, seeds, bestRank: bestAmong(ranks, left), metric };
            return { ...verdict, ...betFor(verdict, open, keepers) };
          },
        )
      : undefined;
  const { pairs, ...gains } = gainsOf(comparison, design, seenPairs, axis === undefined);
  const open = { ranks, seeds: seeds.length, comparison, bestRank, metric };
  const tellsApart = tellsRanksApart(members);
  const named = { ...found, ...(tellsApart ? betFor(found, open, keepers) : {}) };
  const byMetric = (by: PairwiseComparison) => {
    const alone = verdictOf({ ...input, ...rivalsOf({ ranks, comparison: by }) });
    const found = byTaskOf(withoutBehindPrior(alone, members), named, { ...open, comparison: by });
    return found === undefined ? {} : { byTask: found };
  };
  const decided = {
    ...named,
    bestRank,
    metric,
    margin,
    confidence,
    seeds: seeds.length,
    ...(design.seedsAre === "apart" ? { seedsAre: design.seedsAre } : {}),
    examples,
    ranks: summaries,
    ...(design.excluded.length > 0 ? { excluded: design.excluded } : {}),
    ...(design.failures.length > 0 ? { leftOut: design.failures } : {}),
    ...larger,
    indifference: indifferenceMargins * margin,
    ...(pairs && !forbids.includes("pairs") ? { pairs } : {}),
    ...(mayRecommend ? gains : {}),
    ...(axis === undefined ? {} : { axis }),
    ...members,
    ...(without === undefined ? {} : { withoutCollapsed: without }),
    ...(secondary.length > 0 ? { secondary } : {}),
    ...(compareByTask !== undefined && mayRecommend ? byMetric(compareByTask()) : {}),
  };
  const weak = weakEvidence(decided);
  return { ...decided, ...(weak === undefined ? {} : { weakEvidence: weak }) };
}

/** Claims on all compared ranks at once; without costs no arm is the first to be tested. */
export function familyOf(ranks: number, axis: ArmAxis | undefined): ClaimFamily {
  return { ranks, ...(lacksCosts({ axis }) ? { isUnordered: true } : {}) };
}

/** Withdraws an uncertified rank that is not shown to beat the class prior: another rank may have learned more. */
function withoutBehindPrior(found: Verdict, members: CheckMembers): Verdict {
  const { rank, certifiedRank } = found;
  const isBehind = rank !== null && rank !== certifiedRank && ranksBehindPrior(members).includes(rank);
  return isBehind ? { ...openVerdict, certifiedRank } : found;
}

function largerDesign(
  found: Verdict,
  comparison: PairwiseComparison,
  inPlay: readonly number[],
  { margin, power }: Pick<DecideSettings, "margin" | "power">,
): Pick<Decision, "needed"> {
  const needed = isSettled(found) ? undefined : neededFor(comparison, inPlay, margin, power);
  return needed === undefined ? {} : { needed };
}

/** Pair differences, selection and, for ranks, returns. `seenPairs`: pairs for the returns, if a method saw more. */
function gainsOf(
  { pairs }: PairwiseComparison,
  { ranks, seeds }: ComparedRanks["design"],
  seenPairs: readonly PairSummary[] | undefined,
  areRanks: boolean,
): Pick<Decision, "pairs" | "selection" | "returns"> {
  const summaries = pairs.map(pairSummary);
  const steps = seenPairs ?? summaries;
  const returns =
    areRanks && seeds.length > 1 && steps.length > 0 ? { returns: diminishingReturns(steps) } : {};
  if (ranks.length < 2) return returns;
  return { pairs: summaries, selection: selectionOf(pairs, ranks.length), ...returns };
}

function bestOf(design: PairedDesign, metric: MetricName): number {
  const { sign } = metricOf(metric);
  let best = design.ranks[0]!;
  let bestAverage = -Infinity;
  design.ranks.forEach((rank, index) => {
    let total = 0;
    const runs = metricMatrix(design, index, metric);
    for (const row of runs) {
      for (let e = 0; e < row.length; e++) total += sign * row[e]!;
    }
    const average = total / runs.length;
    if (average > bestAverage) {
      best = rank;
      bestAverage = average;
    }
  });
  return best;
}

function differenceToBest(
  rank: number,
  bestRank: number,
  metric: MetricName,
  comparison: PairwiseComparison,
): { differenceToBest: number; differenceInterval: Interval } {
  if (rank === bestRank) return { differenceToBest: 0, differenceInterval: [0, 0] };
  const { pair, mean } = pairOf(comparison.pairs, rank, bestRank);
  const { sign, range } = metricOf(metric);
  // Negation as 0 - x, because -0 would be printed.
  const difference = sign > 0 ? mean : 0 - mean;
  const limit = range[1] - range[0];
  return {
    differenceToBest: difference,
    differenceInterval: [
      Math.max(-limit, difference - pair.halfWidth),
      Math.min(limit, difference + pair.halfWidth),
    ],
  };
}

function nothingCompleted(
  examples: number,
  design: PairedDesign,
  { metric, margin, confidence }: DecideSettings,
  axis: ArmAxis | undefined,
): DecisionFacts {
  return {
    verdict: "inconclusive",
    rank: null,
    certifiedRank: null,
    bestRank: null,
    ...{ metric, margin, confidence },
    seeds: 0,
    examples,
    ranks: [],
    excluded: design.excluded,
    ...(axis === undefined ? {} : { axis }),
  };
}

/**
 * Winner's curse: the best among `ranks` equal ranks scores too high on the outcomes that chose it. E[max over `ranks`
 * standard normals] times the unshared standard deviation (half a difference's variance). Unequal ranks have less.
 */
function selectionOf(pairs: readonly PairComparison[], ranks: number): Selection {
  let variance = 0;
  for (const { fit } of pairs) {
    const { seedPart, examplePart } = varianceOfMean(fit.components, fit.seeds, fit.examples);
    variance += (seedPart + examplePart) / pairs.length;
  }
  return { ranks, expectedInflation: expectedMaximum(ranks) * Math.sqrt(variance / 2) };
}
