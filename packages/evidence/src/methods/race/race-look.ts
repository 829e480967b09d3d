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

export interface PlannedLook {
  /** Count of seeds that every rank in play has run by then. */
  readonly seeds: number;
  readonly share: number;
}

/** Seed count at the first look: two leave a single degree of freedom, and useless intervals. */
const firstLook = 3;

/** Exponent on the share of seeds run, in error spending: packages/evidence/bench/verdict-study.md. */
const spendingPower = 1.5;

/** Planned looks: after each seed from the third, or at the end if fewer. */
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

/** Tail at look `index`, from `tail` for the whole race. Looks share outcomes, so the tail exceeds their share. */
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

/** Ranks dropped so far as worse than a rank in play. */
export function beatenIn(looks: readonly LookFacts[]): number[] {
  return looks.flatMap(({ dropped }) =>
    dropped.filter(({ cause }) => cause !== "failed").map(({ rank }) => rank),
  );
}

/** Claim family of a look: all ranks in the race, dropped or not. */
export function lookFamily(
  raced: readonly number[],
  planned: readonly PlannedLook[],
  index: number,
): Required<Omit<ClaimFamily, "isUnordered" | "bestMayFail" | "pairTail">> {
  return {
    ranks: raced.length,
    smallest: Math.min(...raced),
    spend: (tail) => lookTail(planned, index, tail),
    once: false,
  };
}

export interface LookContext {
  readonly settings: DecideSettings;
  readonly raced: readonly number[];
  readonly looks: readonly LookFacts[];
  readonly ranks: readonly number[];
  readonly planned: readonly PlannedLook[];
  readonly leastPromise: number;
}

export interface LookResult {
  readonly look: LookFacts;
  readonly verdict: Verdict;
  /** True if a better verdict is impossible or too improbable. */
  readonly isFutile?: boolean;
}

/** Judges a look: claims, drops, and the promise of further seeds. */
export function lookAt(
  outcomes: OutcomeTable,
  { settings, raced, looks, ranks, planned, leastPromise }: LookContext,
): LookResult {
  const { metric, margin, confidence } = settings;
  const { seeds, share } = planned[looks.length]!;
  const isClosed = outcomes.axis !== undefined;
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
      isClosed,
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
  // Final result: every rank stays compared, unless only the ranks still in play allow a recommendation.
  const ended =
    whole.rank !== null || verdict.rank === null ? unchanged : { look: { ...base, dropped }, verdict };
  if (looks.length === last) return ended;
  // A single shared seed shows no noise between seeds, so it promises nothing either way.
  if (design.seeds.length < 2) return { look: { ...base, dropped }, verdict };
  if (inPlay.length < 2) return { look: { ...base, dropped, promise: 0 }, verdict, isFutile: true };
  const promise = promiseOf({
    ranks: inPlay,
    comparison: among(comparison, inPlay),
    dropped: allBeaten,
    isClosed,
    margin,
    plannedSeeds: planned[last]!.seeds,
    smallest: family.smallest,
    lastTails: claimTails(confidence, lookFamily(raced, planned, last)),
    isBetter: verdict.rank === null ? ({ rank }) => rank !== null : isSettled,
  });
  if (promise >= leastPromise) return { look: { ...base, dropped, promise }, verdict };
  return { look: { ...ended.look, promise }, verdict: ended.verdict, isFutile: true };
}

/** Comparison among some ranks; tails are unchanged. */
function among(comparison: PairwiseComparison, ranks: readonly number[]): PairwiseComparison {
  const pairs = comparison.pairs.filter(
    ({ first, second }) => ranks.includes(first) && ranks.includes(second),
  );
  return { ...comparison, pairs };
}

/** Dropped ranks: another rank is better by more than the margin, or smaller and better. The best mean never goes. */
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

export interface ForecastInput {
  readonly ranks: readonly number[];
  readonly smallest: number;
  readonly comparison: PairwiseComparison;
  readonly dropped: readonly number[];
  /** True if nothing lies beyond the last rank, as for arms. */
  readonly isClosed: boolean;
  readonly margin: number;
  readonly plannedSeeds: number;
  readonly lastTails: ClaimTails;
  /** Tells whether a verdict is better than the present. */
  readonly isBetter: (verdict: Verdict) => boolean;
}

/** Count of simulated continuations: a probability near 1/4 then has a standard error of 3 %. */
const draws = 200;

/**
 * Probability that all planned seeds end the race in a better verdict, by `draws` continuations. Remaining seeds' noise
 * moves each rank's mean, at the last look's half-widths. Noise between seeds is pooled over pairs and varied by its
 * uncertainty. Deterministic: fixed seed.
 */
export function promiseOf({
  ranks,
  smallest,
  comparison,
  dropped,
  isClosed,
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

  // Half-widths by mean square between all planned seeds.
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
    // Possible mean square between seeds for a difference; each rank has half.
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
      isClosed,
    });
    if (isBetter(verdict)) better++;
  }
  return better / draws;
}
