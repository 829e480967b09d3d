import { type ClaimFamily, type ClaimTails, claimTails } from "../../decide/claim-tails.ts";
import {
  claimFactors,
  compareRanks,
  type PairComparison,
  type PairwiseComparison,
  pairOf,
  pairWidths,
} from "../../decide/compare.ts";
import { moderatedDf } from "../../decide/interval/half-width.ts";
import type { OutcomeTable } from "../../decide/outcomes.ts";
import { pairedDesign } from "../../decide/paired-design.ts";
import type { DecideSettings } from "../../decide/settings.ts";
import { openVerdict, type Verdict, verdictOf } from "../../decide/verdict.ts";
import type { DropFacts, LookFacts, SupportedDrop } from "../../schema/decision-facts.ts";
import { isSettled } from "../../schema/rank-to-use.ts";
import { sequentialTails } from "../../statistics/normal.ts";
import { randomStream } from "../../statistics/random.ts";

/** A look of a race at its outcomes, and the share of the error that it spends. */
export interface PlannedLook {
  /** Seeds that every rank in play has run by then. */
  readonly seeds: number;
  /** All shares of a race sum to 1. */
  readonly share: number;
}

/** Fewest seeds worth a look: with two, one degree of freedom makes every interval useless. */
const firstLook = 3;

/** Exponent of the error spending: after a part t of the seeds, t to this power is spent. packages/evidence/bench/verdict-study.md. */
const spendingPower = 1.5;

/** Plans the looks of a race over `seeds` seeds: one after each seed from the third on, or one at the end of fewer. */
export function raceLooks(seeds: number): readonly PlannedLook[] {
  if (seeds <= firstLook) return [{ seeds, share: 1 }];
  const counts = Array.from({ length: seeds - firstLook + 1 }, (_, i) => firstLook + i);
  const spentBy = (count: number): number => (count / seeds) ** spendingPower;
  return counts.map((count, i) => ({
    seeds: count,
    share: spentBy(count) - (i === 0 ? 0 : spentBy(count - 1)),
  }));
}

const known = new Map<string, readonly number[]>();

/**
 * Tail of the claims of look number `index`, from a `tail` for the whole race. Looks share their outcomes, so it is
 * more than the look's share.
 */
export function lookTail(looks: readonly PlannedLook[], index: number, tail: number): number {
  if (looks.length === 1) return tail;
  const last = looks.at(-1)!.seeds;
  const key = `${last} ${tail}`;
  let tails = known.get(key);
  if (tails === undefined) {
    const times = looks.map(({ seeds }) => seeds / last);
    tails = sequentialTails(
      times,
      times.map((time) => tail * time ** spendingPower),
    );
    known.set(key, tails);
  }
  return tails[index]!;
}

/** Ranks dropped by the looks so far because they are worse than one in play. */
export function beatenIn(looks: readonly LookFacts[]): number[] {
  return looks.flatMap(({ dropped }) =>
    dropped.filter(({ cause }) => cause !== "failed").map(({ rank }) => rank),
  );
}

/** Claims of look number `index`: about all ranks that the race began with, dropped or not. */
export function lookFamily(
  raced: readonly number[],
  planned: readonly PlannedLook[],
  index: number,
): Required<ClaimFamily> {
  return {
    ranks: raced.length,
    smallest: Math.min(...raced),
    spend: (tail) => lookTail(planned, index, tail),
    once: false,
  };
}

/** Context of a look: everything except its outcomes. */
export interface LookContext {
  readonly settings: DecideSettings;
  /** Ranks of the whole race. */
  readonly raced: readonly number[];
  /** The earlier looks. */
  readonly looks: readonly LookFacts[];
  /** Ranks in play before this look, ascending. */
  readonly ranks: readonly number[];
  /** All looks of the race. */
  readonly planned: readonly PlannedLook[];
  readonly leastPromise: number;
}

/** Result of a look. */
export interface LookResult {
  readonly look: LookFacts;
  readonly verdict: Verdict;
  /** A better verdict is impossible, or less probable than the least promise. */
  readonly isFutile?: boolean;
}

/** Judges the ranks in play on the seeds of this look: claims, drops, and the promise of going on. */
export function lookAt(
  outcomes: OutcomeTable,
  { settings, raced, looks, ranks, planned, leastPromise }: LookContext,
): LookResult {
  const { metric, margin, confidence } = settings;
  const { seeds, share } = planned[looks.length]!;
  const last = planned.length - 1;
  const design = pairedDesign(outcomes);
  const failed = design.excluded.map(({ rank, cause }): DropFacts => ({ rank, cause: "failed", why: cause }));
  const base = { seeds, share, ranks };
  if (design.ranks.length === 0)
    return { look: { ...base, dropped: failed, promise: 0 }, verdict: openVerdict, isFutile: true };

  const family = lookFamily(raced, planned, looks.length);

  const comparison = compareRanks(design, metric, confidence, family);
  const earlier = beatenIn(looks);
  const verdictAmong = (inPlay: readonly number[], dropped: readonly number[]): Verdict =>
    verdictOf({
      ranks: inPlay,
      seeds: design.seeds.length,
      margin,
      comparison: among(comparison, inPlay),
      dropped,
    });
  const whole = verdictAmong(design.ranks, earlier);
  const unchanged = { look: { ...base, dropped: failed }, verdict: whole };
  if (isSettled(whole)) return unchanged;

  const beaten = drops(design.ranks, comparison, margin);
  const dropped = [...failed, ...beaten].sort((a, b) => a.rank - b.rank);
  const inPlay = design.ranks.filter((rank) => !beaten.some((drop) => drop.rank === rank));
  const allBeaten = [...earlier, ...beaten.map(({ rank }) => rank)];
  const verdict = verdictAmong(inPlay, allBeaten);
  if (isSettled(verdict)) return { look: { ...base, dropped }, verdict };
  // Without seeds to save every rank stays in the comparison, unless some rank is recommended only without the beaten ones.
  const ended =
    whole.rank !== null || verdict.rank === null ? unchanged : { look: { ...base, dropped }, verdict };
  if (looks.length === last) return ended;
  // One shared seed shows no noise between seeds, so it promises nothing either way.
  if (design.seeds.length < 2) return { look: { ...base, dropped }, verdict };
  if (inPlay.length < 2) return { look: { ...base, dropped, promise: 0 }, verdict, isFutile: true };
  const promise = promiseOf({
    ranks: inPlay,
    comparison: among(comparison, inPlay),
    dropped: allBeaten,
    margin,
    plannedSeeds: planned[last]!.seeds,
    smallest: family.smallest,
    lastTails: claimTails(confidence, lookFamily(raced, planned, last)),
    isBetter: verdict.rank === null ? ({ rank }) => rank !== null : isSettled,
  });
  if (promise >= leastPromise) return { look: { ...base, dropped, promise }, verdict };
  return { look: { ...ended.look, promise }, verdict: ended.verdict, isFutile: true };
}

/** Restricts a comparison to the pairs of these ranks, with unchanged tails. */
function among(comparison: PairwiseComparison, ranks: readonly number[]): PairwiseComparison {
  const pairs = comparison.pairs.filter(
    ({ first, second }) => ranks.includes(first) && ranks.includes(second),
  );
  return { ...comparison, pairs };
}

/**
 * Finds ranks that can no longer be the smallest adequate one. One in play is better by more than the margin, or
 * smaller and better. The rank with the best mean never goes.
 */
export function drops(
  ranks: readonly number[],
  comparison: PairwiseComparison,
  margin: number,
): SupportedDrop[] {
  return ranks.flatMap((rank): SupportedDrop[] => {
    const above = ranks
      .filter((other) => other !== rank)
      .map((other) => {
        const { pair, mean } = pairOf(comparison.pairs, other, rank);
        const width = pair.halfWidth;
        return { other, mean, width, low: mean - width, isAbove: pair.supported && mean > 0 };
      })
      .filter(({ isAbove }) => isAbove);
    const beyond = above.filter(({ low }) => low > margin);
    const candidates = beyond.length > 0 ? beyond : above.filter(({ other }) => other < rank);
    if (candidates.length === 0) return [];
    const { other, mean, width, low } = candidates.reduce((a, b) => (b.low > a.low ? b : a));
    const cause = beyond.length > 0 ? "beyond-margin" : "smaller-is-better";
    return [{ rank, cause, against: other, shortfall: mean, interval: [low, mean + width] }];
  });
}

/** A race at a look, and the tails that its last look will have. */
export interface ForecastInput {
  readonly ranks: readonly number[];
  /** The smallest rank of the whole race. */
  readonly smallest: number;
  readonly comparison: PairwiseComparison;
  readonly dropped: readonly number[];
  readonly margin: number;
  readonly plannedSeeds: number;
  /** Tails of the last look. */
  readonly lastTails: ClaimTails;
  /** Tells a verdict that the remaining seeds are run for. */
  readonly isBetter: (verdict: Verdict) => boolean;
}

/** Continuations: enough to know a probability of 1/4 within 3 % (a standard error). */
const draws = 200;

/**
 * Estimates the probability that all planned seeds would end the race in a better verdict: the share of `draws`
 * continuations. A continuation moves the mean of each rank by the noise of the remaining seeds, and gives each pair
 * the half-widths of the last look.
 *
 * The noise between seeds is pooled over all pairs, and varied by its uncertainty. True means are drawn around the
 * observed ones. Deterministic: the draws have a fixed seed.
 */
export function promiseOf({
  ranks,
  smallest,
  comparison,
  dropped,
  margin,
  plannedSeeds,
  lastTails,
  isBetter,
}: ForecastInput): number {
  const { pairs } = comparison;
  const { seeds, examples } = pairs[0]!.fit;
  const factors = claimFactors(lastTails, plannedSeeds, comparison.sample);
  const left = plannedSeeds - seeds;
  const df = (seeds - 1) * (ranks.length - 1);
  const pooled = pairs.reduce((sum, { fit }) => sum + fit.seedSquare, 0) / pairs.length;
  const random = randomStream(1);
  const chiSquare = (degrees: number): number => {
    let sum = 0;
    for (let i = 0; i < degrees; i++) sum += random.normal() ** 2;
    return sum;
  };

  // Half-widths by pair, as a function of the mean square between all planned seeds.
  const seedDf = moderatedDf(plannedSeeds, ranks.length);
  const widths = pairs.map(({ first, fit, unit }) =>
    pairWidths({ ...fit, seeds: plannedSeeds, seedDf }, { unit, factors, isSmallest: first === smallest }),
  );
  const continued = (index: number, shift: number, square: number): PairComparison => {
    const pair = pairs[index]!;
    const mean = pair.fit.mean + shift;
    const seedSquare = ((seeds - 1) * pair.fit.seedSquare + left * square) / (plannedSeeds - 1);
    const ofClaims = widths[index]!(seedSquare);
    return {
      ...pair,
      fit: { ...pair.fit, mean },
      ...ofClaims,
      supported: Math.abs(mean) > ofClaims.halfWidth,
    };
  };

  let better = 0;
  for (let draw = 0; draw < draws; draw++) {
    // A possible true mean square between seeds of a difference; half of it is one rank's.
    const square = (pooled * df) / chiSquare(df);
    const sd = Math.sqrt((square / examples / 2) * (1 / seeds - 1 / plannedSeeds));
    const shifts = ranks.map(() => sd * random.normal());
    const shiftOf = (rank: number): number => shifts[ranks.indexOf(rank)]!;
    const future = pairs.map(({ first, second }, index) =>
      continued(index, shiftOf(first) - shiftOf(second), (square * chiSquare(left)) / left),
    );
    const verdict = verdictOf({
      ranks,
      seeds: plannedSeeds,
      margin,
      comparison: { ...comparison, pairs: future, tails: lastTails },
      dropped,
    });
    if (isBetter(verdict)) better++;
  }
  return better / draws;
}
