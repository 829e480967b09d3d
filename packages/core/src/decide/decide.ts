import { InputError } from "../errors.ts";
import { isBehindPrior } from "../results/behind-prior.ts";
import { allMetrics, defaultMetric, metricNames, metrics } from "../results/metric.ts";
import type { RaceSummary } from "../results/race-types.ts";
import type { Copies, Decision, Interval, MetricName, PairSummary, RankSummary } from "../results/types.ts";
import { explained } from "../results/words/in-words.ts";
import type { ClaimFamily, ClaimTails } from "./claim-tails.ts";
import { comparePrior } from "./class-prior/compare-prior.ts";
import type { ClassPrior } from "./class-prior-loss.ts";
import {
  type Comparison,
  compareRanks,
  metricMatrix,
  type PairComparison,
  pairOf,
  rankScore,
  shortfallBound,
} from "./compare.ts";
import { copiesIn, withoutAgreeingSeeds, withoutCopies } from "./copies.ts";
import type { VarianceComponents } from "./interval/components.ts";
import type { OutcomeTable } from "./outcomes.ts";
import { type PairedDesign, pairedDesign } from "./paired-design.ts";
import { neededFor } from "./plan/needed.ts";
import { diminishingReturns } from "./returns.ts";
import { selectionOf } from "./selection.ts";
import { indifferenceMargins, openVerdict, ranksInPlay, type Verdict, verdictOf } from "./verdict.ts";

export interface DecideOptions {
  /** What ranks are compared on. Default `accuracy`. */
  readonly metric?: MetricName;
  /**
   * The largest loss that still counts as adequate, in the metric's unit. Default: the metric's own, 0.01 for accuracy (one
   * point) and 0.02 nats for log loss (perplexity 2 % higher).
   */
  readonly margin?: number;
  /** Confidence of the intervals and of each kind of claim as a whole. Default 0.95. */
  readonly confidence?: number;
}

/**
 * Decides which rank the outcomes support, treating both the seeds and the evaluation examples as samples.
 *
 * Wrong claims are held to 1 - `confidence` a sweep for each kind: that some ranks differ, and that a rank is adequate.
 * Deterministic: no resampling. See docs/formulas.md for the method and what was measured of it.
 */
export function decide(outcomes: OutcomeTable, options: DecideOptions = {}): Decision {
  const settings = settingsOf(outcomes, options);
  return decideDesign(pairedDesign(outcomes), outcomes.examples, settings, checksOf(outcomes));
}

/** What can forbid to recommend a rank, whatever the comparison says. */
export function checksOf(outcomes: OutcomeTable): Pick<DecideContext, "prior" | "copies"> {
  return { prior: outcomes.prior, copies: copiesIn(outcomes) };
}

export type DecideSettings = Required<DecideOptions>;

/** The options with their defaults. Throws one error that names all that are wrong, or wrong for these outcomes. */
export function settingsOf(outcomes: OutcomeTable, options: DecideOptions): DecideSettings {
  const { metric = defaultMetric, confidence = 0.95 } = options;
  const { margin = metrics[metric]?.defaultMargin } = options;
  assertOptions(outcomes, metric, margin, confidence);
  return { metric, margin, confidence };
}

/** What a race knows besides the design of the ranks that were in play at its last look. */
export interface RaceContext {
  readonly summary: RaceSummary;
  /** Of the look after which no seeds are left. A larger design is planned for them. */
  readonly lastTails: ClaimTails;
  /** Supported to be worse than a rank that was in play. */
  readonly beaten: readonly number[];
  /** Each pair of ranks that any look compared, as the last of these saw it. */
  readonly pairs: readonly PairSummary[];
}

export interface DecideContext {
  /** Claims that share the error. Default: those about the design's ranks, with all of it. */
  readonly family?: ClaimFamily;
  readonly race?: RaceContext;
  /** No rank is recommended unless one is better than this. */
  readonly prior?: ClassPrior | undefined;
  /** No rank is recommended where runs are copies of others. */
  readonly copies?: Copies | undefined;
}

/** The decision on a design of `examples` examples; on what is left of a race if there was one. */
export function decideDesign(
  allRuns: PairedDesign,
  examples: number,
  settings: DecideSettings,
  { family, race, prior, copies }: DecideContext = {},
): Decision {
  const { metric, margin, confidence } = settings;
  const oneSeed = copies ? undefined : withoutAgreeingSeeds(allRuns);
  const design = copies ? withoutCopies(allRuns, copies) : (oneSeed ?? allRuns);
  const { ranks, seeds } = design;
  const raced = race ? { race: race.summary } : {};
  if (ranks.length === 0) return { ...nothingCompleted(examples, design, settings), ...raced };

  const comparison = compareRanks(design, metric, confidence, family);
  const bestRank = bestOf(design, metric);
  // A rank's own interval has to hold at whichever look the race stopped, or whichever rank was confirmed.
  const own = 1 - (family?.spend?.(1 - confidence) ?? 1 - confidence);
  const summaries = ranks.map((rank, index) =>
    summarise(rank, index, { design, metric, confidence: own, comparison, bestRank }),
  );
  const classPrior = prior && comparePrior(design, prior, settings);
  const mayRecommend = copies === undefined && !isBehindPrior(classPrior ? { classPrior } : {});
  const dropped = race?.beaten ?? [];
  const found = mayRecommend
    ? verdictOf({ ranks, seeds: seeds.length, margin, comparison, dropped })
    : openVerdict;
  const inPlay = seeds.length > 1 ? ranksInPlay(ranks, comparison) : ranks;
  const tails = race?.lastTails ?? comparison.tails;
  const larger =
    mayRecommend && oneSeed === undefined
      ? largerDesign(found, { ...comparison, tails }, inPlay, margin)
      : {};
  const { pairs, ...gains } = gainsOf(comparison, design, race?.pairs);
  const excluded = design.excluded.length > 0 ? { excluded: design.excluded } : {};
  return explained({
    ...found,
    bestRank,
    metric,
    margin,
    confidence,
    seeds: seeds.length,
    examples,
    ranks: summaries,
    ...excluded,
    ...(design.failures.length > 0 ? { leftOut: design.failures } : {}),
    ...larger,
    indifference: indifferenceMargins * margin,
    ...(pairs && !copies && !oneSeed ? { pairs } : {}),
    ...(mayRecommend ? gains : {}),
    ...raced,
    ...(classPrior ? { classPrior } : {}),
    ...(copies ? { copies } : {}),
    ...(oneSeed ? { agreeingSeeds: allRuns.seeds.length } : {}),
  });
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

/** What the pairs say besides the verdict; the returns from `racedPairs` where ranks were raced. */
function gainsOf(
  { pairs }: Comparison,
  { ranks, seeds }: PairedDesign,
  racedPairs: readonly PairSummary[] | undefined,
): Pick<Decision, "pairs" | "selection" | "returns"> {
  const summaries = pairs.map(pairSummary);
  const steps = racedPairs ?? summaries;
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

function assertOptions(outcomes: OutcomeTable, metric: MetricName, margin: number, confidence: number): void {
  const problems: string[] = [];
  const by = allMetrics.find(({ name }) => name === metric);
  if (by === undefined) {
    const names = metricNames.map((name) => JSON.stringify(name)).join(" or ");
    problems.push(`metric must be ${names}, got ${JSON.stringify(metric)}`);
  } else if (!(margin >= 0 && margin < by.range[1])) {
    problems.push(`margin must be ${by.marginRule}, got ${margin}`);
  }
  if (!(confidence >= 0.5 && confidence < 1)) {
    problems.push(`confidence must be at least 0.5 and below 1, got ${confidence}`);
  }
  if (outcomes.ranks.length === 0) problems.push("outcomes must hold at least one run, got none");
  if (outcomes.cells.length > 0 && outcomes.examples < 2) {
    problems.push(`examples must be at least 2, got ${outcomes.examples}`);
  }
  if (by !== undefined && outcomes.cells.some((cell) => !cell[by.column])) {
    problems.push(`${by.column} must be present in all outcomes to compare on ${metric}`);
  }
  if (problems.length > 0) throw new InputError("E_DECIDE", problems.join("\n"));
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
  const { design, metric, confidence, comparison, bestRank } = context;
  const claims = design.seeds.length > 1 && design.ranks.length > 1;
  return {
    rank,
    seeds: design.seeds.length,
    ...rankScore(design.cells[index]!, confidence),
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

function nothingCompleted(examples: number, design: PairedDesign, settings: DecideSettings): Decision {
  return explained({
    verdict: "inconclusive",
    rank: null,
    certifiedRank: null,
    bestRank: null,
    ...settings,
    seeds: 0,
    examples,
    ranks: [],
    excluded: design.excluded,
  });
}
