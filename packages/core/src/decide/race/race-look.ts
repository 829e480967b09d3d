import type { RaceDrop, RaceLook } from "../../results/race-types.ts";
import { type ClaimFamily, claimTails } from "../claim-tails.ts";
import { type Comparison, compareRanks } from "../compare.ts";
import type { DecideSettings } from "../decide.ts";
import type { OutcomeTable } from "../outcomes.ts";
import { pairedDesign } from "../paired-design.ts";
import { openVerdict, type Verdict, verdictOf } from "../verdict.ts";
import { drops } from "./race-drops.ts";
import { promiseOf } from "./race-forecast.ts";
import { lookTail, type PlannedLook } from "./race-looks.ts";

/** Supported drops of the looks so far: each of these ranks is worse than one that was in play. */
export function beatenIn(looks: readonly RaceLook[]): number[] {
  return looks.flatMap(({ dropped }) =>
    dropped.filter(({ cause }) => cause !== "failed").map(({ rank }) => rank),
  );
}

/** The claims of look number `index`: about all ranks that the race began with, whoever is dropped. */
export function lookFamily(
  raced: readonly number[],
  planned: readonly PlannedLook[],
  index: number,
): Required<ClaimFamily> {
  return {
    ranks: raced.length,
    smallest: Math.min(...raced),
    spend: (tail) => lookTail(planned, index, tail),
  };
}

/** What a look knows besides its outcomes. */
export interface LookContext {
  readonly settings: DecideSettings;
  /** Ranks of the whole race. */
  readonly raced: readonly number[];
  /** The earlier looks. */
  readonly looks: readonly RaceLook[];
  /** In play before this look, ascending. */
  readonly ranks: readonly number[];
  /** All looks of the race. */
  readonly planned: readonly PlannedLook[];
  readonly leastPromise: number;
}

/** What a look leads to. */
export interface LookResult {
  readonly look: RaceLook;
  readonly verdict: Verdict;
  /** No verdict can come of it, or with a smaller chance than the least promise. */
  readonly isFutile?: boolean;
}

/** Judges the outcomes of the ranks in play on the seeds of this look: what they claim, who goes, and what is left to hope for. */
export function lookAt(
  outcomes: OutcomeTable,
  { settings, raced, looks, ranks, planned, leastPromise }: LookContext,
): LookResult {
  const { metric, margin, confidence } = settings;
  const { seeds, share } = planned[looks.length]!;
  const last = planned.length - 1;
  const design = pairedDesign(outcomes);
  const failed = design.excluded.map((excluded): RaceDrop => ({ ...excluded, cause: "failed" }));
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
  if (whole.rank !== null) return { look: { ...base, dropped: failed }, verdict: whole };

  const beaten = drops(design.ranks, comparison, margin, metric);
  const dropped = [...failed, ...beaten].sort((a, b) => a.rank - b.rank);
  const inPlay = design.ranks.filter((rank) => !beaten.some((drop) => drop.rank === rank));
  const allBeaten = [...earlier, ...beaten.map(({ rank }) => rank)];
  const verdict = verdictAmong(inPlay, allBeaten);
  if (verdict.rank !== null) return { look: { ...base, dropped }, verdict };
  // Where no seeds are left to save, everyone stays in the comparison.
  if (looks.length === last) return { look: { ...base, dropped: failed }, verdict };
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
  });
  const isFutile = promise < leastPromise;
  return { look: { ...base, dropped: isFutile ? failed : dropped, promise }, verdict, isFutile };
}

/** The pairs of these ranks alone, with the tails that they have. */
function among(comparison: Comparison, ranks: readonly number[]): Comparison {
  const pairs = comparison.pairs.filter(
    ({ first, second }) => ranks.includes(first) && ranks.includes(second),
  );
  return { ...comparison, pairs };
}
