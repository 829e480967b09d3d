import type { DecisionFacts } from "../results/decision-facts.ts";
import { metrics } from "../results/metric.ts";
import type {
  Decision,
  Interval,
  MetricName,
  PairSummary,
  RankSummary,
  Selection,
} from "../results/types.ts";
import { expectedMaximum } from "../statistics/expected-maximum.ts";
import { checkRuns } from "./checks/checks.ts";
import type { ClaimFamily, ClaimTails } from "./claim-tails.ts";
import {
  type Comparison,
  compareRanks,
  metricMatrix,
  type PairComparison,
  pairOf,
  rankScore,
  shortfallBound,
} from "./compare.ts";
import type { VarianceComponents } from "./interval/components.ts";
import { varianceOfMean } from "./interval/half-width.ts";
import type { OutcomeTable } from "./outcomes.ts";
import { type PairedDesign, pairedDesign } from "./paired-design.ts";
import { neededFor } from "./plan/needed.ts";
import { diminishingReturns } from "./returns.ts";
import { type DecideOptions, type DecideSettings, settingsOf } from "./settings.ts";
import { indifferenceMargins, openVerdict, ranksInPlay, type Verdict, verdictOf } from "./verdict.ts";

/** The decision of a grid: which rank its outcomes support. */
export function decideOutcomes(outcomes: OutcomeTable, options: DecideOptions = {}): DecisionFacts {
  const settings = settingsOf(outcomes, options);
  return decideDesign(pairedDesign(outcomes), outcomes.examples, settings, { runs: outcomes });
}

/** Circumstances of a design. */
export interface DecideContext {
  /** Claims that share the error. Default: those about the design's ranks, with all of it. */
  readonly family?: ClaimFamily;
  /** Tails that the claims of a larger design would have. Default: those of the comparison. */
  readonly plannedTails?: ClaimTails;
  /** Ranks outside of the design that are supported to be worse than one in it. Default none. */
  readonly beaten?: readonly number[];
  /** Pairs that returns are read from. Default: the design's. */
  readonly pairs?: readonly PairSummary[];
  /** All runs, for the checks that look at them. Default: none but the design's are known. */
  readonly runs?: OutcomeTable;
}

/** The decision on a design of `examples` examples. */
export function decideDesign(
  allRuns: PairedDesign,
  examples: number,
  settings: DecideSettings,
  { family, plannedTails, beaten = [], pairs: seenPairs, runs }: DecideContext = {},
): DecisionFacts {
  const { metric, margin, confidence } = settings;
  const { design, forbids, members } = checkRuns(allRuns, runs, settings);
  const { ranks, seeds } = design;
  if (ranks.length === 0) return nothingCompleted(examples, design, settings);

  const comparison = compareRanks(design, metric, confidence, family);
  const bestRank = bestOf(design, metric);
  // A rank's own interval has to hold wherever a method stopped, and whichever rank was confirmed.
  const own = 1 - (family?.spend?.(1 - confidence) ?? 1 - confidence);
  const summaries = ranks.map((rank, index) =>
    summarise(rank, index, { design, metric, confidence: own, comparison, bestRank }),
  );
  const mayRecommend = !forbids.includes("rank");
  const found = mayRecommend
    ? verdictOf({ ranks, seeds: seeds.length, margin, comparison, dropped: beaten })
    : openVerdict;
  const inPlay = seeds.length > 1 ? ranksInPlay(ranks, comparison) : ranks;
  const tails = plannedTails ?? comparison.tails;
  const larger =
    mayRecommend && !forbids.includes("plan")
      ? largerDesign(found, { ...comparison, tails }, inPlay, margin)
      : {};
  const { pairs, ...gains } = gainsOf(comparison, design, seenPairs);
  return {
    ...found,
    bestRank,
    metric,
    margin,
    confidence,
    seeds: seeds.length,
    examples,
    ranks: summaries,
    ...(design.excluded.length > 0 ? { excluded: design.excluded } : {}),
    ...(design.failures.length > 0 ? { leftOut: design.failures } : {}),
    ...larger,
    indifference: indifferenceMargins * margin,
    ...(pairs && !forbids.includes("pairs") ? { pairs } : {}),
    ...(mayRecommend ? gains : {}),
    ...members,
  };
}

/** About what would settle an open verdict, or certify the recommended rank, if all ranks in play are truly equal. */
function largerDesign(
  { verdict, rank, certifiedRank }: Verdict,
  comparison: Comparison,
  inPlay: readonly number[],
  margin: number,
): Pick<Decision, "needed" | "neededToCertify"> {
  if (verdict === "extend" || (rank !== null && rank === certifiedRank)) return {};
  const within = rank === null ? indifferenceMargins * margin : margin;
  const design = neededFor(comparison, inPlay, within);
  if (design === undefined) return {};
  return rank === null ? { needed: design } : { neededToCertify: { rank, ...design } };
}

/** What the pairs say besides the verdict; the returns from `seenPairs` where a method has seen more of them. */
function gainsOf(
  { pairs }: Comparison,
  { ranks, seeds }: PairedDesign,
  seenPairs: readonly PairSummary[] | undefined,
): Pick<Decision, "pairs" | "selection" | "returns"> {
  const summaries = pairs.map(pairSummary);
  const steps = seenPairs ?? summaries;
  const returns = seeds.length > 1 && steps.length > 0 ? { returns: diminishingReturns(steps) } : {};
  if (ranks.length < 2) return returns;
  return { pairs: summaries, selection: selectionOf(pairs, ranks.length), ...returns };
}

export function pairSummary({ first, second, fit, halfWidth }: PairComparison): PairSummary {
  return {
    first,
    second,
    advantage: fit.mean,
    interval: [fit.mean - halfWidth, fit.mean + halfWidth],
    variance: withoutNull(fit.components),
  };
}

function withoutNull({ seed, ...rest }: VarianceComponents): PairSummary["variance"] {
  return seed === null ? rest : { seed, ...rest };
}

/** The rank with the best mean; the smallest of equals. */
function bestOf(design: PairedDesign, metric: MetricName): number {
  const { sign } = metrics[metric];
  let best = design.ranks[0]!;
  let bestTotal = -Infinity;
  design.ranks.forEach((rank, index) => {
    let total = 0;
    for (const row of metricMatrix(design, index, metric)) {
      for (let e = 0; e < row.length; e++) total += sign * row[e]!;
    }
    if (total > bestTotal) {
      best = rank;
      bestTotal = total;
    }
  });
  return best;
}

interface SummaryContext {
  readonly design: PairedDesign;
  readonly metric: MetricName;
  readonly confidence: number;
  readonly comparison: Comparison;
  readonly bestRank: number;
}

function summarise(rank: number, index: number, context: SummaryContext): RankSummary {
  const { design, metric, comparison, bestRank } = context;
  const claims = design.seeds.length > 1 && design.ranks.length > 1;
  return {
    rank,
    seeds: design.seeds.length,
    ...rankScore(design.cells[index]!, context),
    ...differenceToBest(rank, bestRank, metric, comparison),
    ...(claims ? { shortfallBound: shortfallBound(comparison.pairs, rank) } : {}),
  };
}

/** This rank minus the best in the metric's own unit and range. */
function differenceToBest(
  rank: number,
  bestRank: number,
  metric: MetricName,
  comparison: Comparison,
): { differenceToBest: number; differenceInterval: Interval } {
  if (rank === bestRank) return { differenceToBest: 0, differenceInterval: [0, 0] };
  const { pair, mean } = pairOf(comparison.pairs, rank, bestRank);
  const { sign, range } = metrics[metric];
  // 0 - x, because -0 would be printed.
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

function nothingCompleted(examples: number, design: PairedDesign, settings: DecideSettings): DecisionFacts {
  return {
    verdict: "inconclusive",
    rank: null,
    certifiedRank: null,
    bestRank: null,
    ...settings,
    seeds: 0,
    examples,
    ranks: [],
    excluded: design.excluded,
  };
}

/**
 * How much better than it is the best of `ranks` equal ranks looks on the outcomes that it was chosen by (the winner's
 * curse): the expected largest of so many normals, times the standard deviation of what the ranks do not share. That is
 * half the variance of a difference, taken as the mean over all pairs; what pairing cancels moves all ranks alike and
 * inflates none. For ranks that differ it is an upper end.
 */
function selectionOf(pairs: readonly PairComparison[], ranks: number): Selection {
  let variance = 0;
  for (const { fit } of pairs) {
    const { seedPart, examplePart } = varianceOfMean(fit.components, fit.seeds, fit.examples);
    variance += (seedPart + examplePart) / pairs.length;
  }
  return { ranks, expectedInflation: expectedMaximum(ranks) * Math.sqrt(variance / 2) };
}
