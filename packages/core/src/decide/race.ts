import { InputError } from "../errors.ts";
import type { RaceDrop, RaceLook, RaceSummary } from "../results/race-types.ts";
import type { MetricName } from "../results/types.ts";
import { type Comparison, compareRanks, familyTails, pairOf } from "./compare.ts";
import { bestOf, type DecideOptions, type DecideSettings, settingsOf } from "./decide.ts";
import { type OutcomeTable, partOf } from "./outcomes.ts";
import { pairedDesign } from "./paired-design.ts";
import { promiseOf } from "./race-forecast.ts";
import { type PlannedLook, raceLooks } from "./race-looks.ts";
import { type Verdict, verdictOf } from "./verdict.ts";
import { withError } from "./words.ts";

export interface RaceOptions extends DecideOptions {
  /** Every rank of the race. They share the error to the end, whoever is dropped. */
  readonly ranks: readonly number[];
  /** The planned seeds in the order in which they are run. */
  readonly seeds: readonly number[];
}

/** Where a race stands. */
export interface RaceState {
  readonly looks: readonly RaceLook[];
  /** Ranks in play after the last look, ascending. */
  readonly ranks: readonly number[];
  readonly next: RaceStep;
  /** Of the last look. */
  readonly verdict: Verdict;
}

/** What a race does next: run the ranks in play on all of `seeds` (which hold those of earlier blocks), or stop. */
export type RaceStep =
  | { readonly kind: "run"; readonly ranks: readonly number[]; readonly seeds: readonly number[] }
  | { readonly kind: "stop"; readonly why: NonNullable<RaceSummary["stopped"]> };

/** What the study of races varies. */
export interface RaceRules {
  readonly looks: (seeds: number) => readonly PlannedLook[];
  /** Where the promise of a verdict is below this, the seeds left are not worth running. */
  readonly leastPromise: number;
}

export const raceRules: RaceRules = { looks: raceLooks, leastPromise: 0.2 };

/**
 * Replays a race from its outcomes: the same looks on the same outcomes, however many have come since, so that a race that was
 * stopped goes on where it was.
 *
 * Each look makes a grid's claims about the ranks in play with its share of the error (`raceLooks`), which the original ranks
 * share. A look whose verdict is conclusive ends the race. Else it drops each rank that can no longer be the smallest
 * adequate one: another in play is better by more than the margin, or a smaller one in play is better. Where that leaves little
 * hope of a verdict, the race is given up: that makes no claim, and costs no error.
 */
export function raceSoFar(
  outcomes: OutcomeTable,
  options: RaceOptions,
  rules: RaceRules = raceRules,
): RaceState {
  assertRace(options);
  const planned = rules.looks(options.seeds.length);
  const looks: RaceLook[] = [];
  let verdict = open;
  let ranks = [...options.ranks].sort((a, b) => a - b);
  if (outcomes.ranks.length === 0)
    return {
      looks,
      ranks,
      verdict,
      next: { kind: "run", ranks, seeds: options.seeds.slice(0, planned[0]!.seeds) },
    };
  const settings = settingsOf(outcomes, options);
  for (const plannedLook of planned) {
    const seeds = options.seeds.slice(0, plannedLook.seeds);
    if (!hasRun(outcomes, ranks, seeds))
      return { looks, ranks, verdict, next: { kind: "run", ranks, seeds } };
    const { look, verdict: found } = lookAt(partOf(outcomes, ranks, seeds), plannedLook, {
      options,
      settings,
      looks,
      ranks,
      lastShare: planned.at(-1)!.share,
    });
    looks.push(look);
    verdict = found;
    const out = look.dropped.map(({ rank }) => rank);
    ranks = ranks.filter((rank) => !out.includes(rank));
    const stop = (why: NonNullable<RaceSummary["stopped"]>): RaceState => ({
      looks,
      ranks,
      verdict,
      next: { kind: "stop", why },
    });
    if (found.rank !== null) return stop("settled");
    if (plannedLook === planned.at(-1)) return stop("spent");
    if ((look.promise ?? 1) < rules.leastPromise) return stop("futile");
  }
  throw new Error("a race has at least one look");
}

/** Supported drops of the looks so far: each of these ranks is worse than one that was in play. */
export function beatenIn(looks: readonly RaceLook[]): number[] {
  return looks.flatMap(({ dropped }) =>
    dropped.filter(({ cause }) => cause !== "failed").map(({ rank }) => rank),
  );
}

const open: Verdict = { verdict: "inconclusive", rank: null };

interface LookContext {
  readonly options: RaceOptions;
  readonly settings: DecideSettings;
  readonly looks: readonly RaceLook[];
  readonly ranks: readonly number[];
  readonly lastShare: number;
}

function lookAt(
  outcomes: OutcomeTable,
  { seeds, share }: PlannedLook,
  { options, settings, looks, ranks, lastShare }: LookContext,
): { look: RaceLook; verdict: Verdict } {
  const { metric, margin, confidence } = settings;
  const design = pairedDesign(outcomes);
  const failed = design.excluded.map((excluded): RaceDrop => ({ ...excluded, cause: "failed" }));
  const base = { seeds, share, ranks };
  if (design.ranks.length === 0) return { look: { ...base, dropped: failed, promise: 0 }, verdict: open };

  const family = { ranks: options.ranks.length, share };
  const comparison = compareRanks(design, metric, confidence, family);
  const bestRank = bestOf(design, metric);
  const earlier = beatenIn(looks);
  const verdictAmong = (inPlay: readonly number[], dropped: readonly number[]): Verdict =>
    verdictOf({
      ranks: inPlay,
      bestRank,
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
  if (verdict.rank !== null || seeds === options.seeds.length) return { look: { ...base, dropped }, verdict };
  const promise =
    inPlay.length < 2
      ? 0
      : design.seeds.length < 2
        ? undefined
        : promiseOf({
            ranks: inPlay,
            comparison: among(comparison, inPlay),
            dropped: allBeaten,
            margin,
            plannedSeeds: options.seeds.length,
            lastTails: familyTails(confidence, { ...family, share: lastShare }),
          });
  return { look: { ...base, dropped, ...(promise === undefined ? {} : { promise }) }, verdict };
}

/** Who can no longer be the smallest adequate rank. The rank with the best mean never goes. */
function drops(
  ranks: readonly number[],
  comparison: Comparison,
  margin: number,
  metric: MetricName,
): RaceDrop[] {
  return ranks.flatMap((rank): RaceDrop[] => {
    const above = ranks
      .filter((other) => other !== rank)
      .map((other) => {
        const { pair, mean } = pairOf(comparison.pairs, other, rank);
        return { other, supported: pair.supported, mean, width: pair.halfWidth, low: mean - pair.halfWidth };
      })
      .filter(({ supported, low }) => supported && low > 0);
    const beyond = above.filter(({ low }) => low > margin);
    const candidates = beyond.length > 0 ? beyond : above.filter(({ other }) => other < rank);
    if (candidates.length === 0) return [];
    const { other, mean, width, low } = candidates.reduce((a, b) => (b.low > a.low ? b : a));
    const place = `${withError(mean, width, metric)} ${metric === "log-loss" ? "worse than" : "below"}`;
    const drop = { rank, against: other, shortfall: mean, interval: [low, mean + width] as const };
    return beyond.length > 0
      ? [{ ...drop, cause: "beyond-margin", reason: `it is ${place} rank ${other}, beyond the margin` }]
      : [{ ...drop, cause: "smaller-is-better", reason: `it is ${place} the smaller rank ${other}` }];
  });
}

/** The pairs of these ranks alone, with the tails that they have. */
function among(comparison: Comparison, ranks: readonly number[]): Comparison {
  const pairs = comparison.pairs.filter(
    ({ first, second }) => ranks.includes(first) && ranks.includes(second),
  );
  return { ...comparison, pairs };
}

/** Whether every one of these ranks has run, well or not, under every one of these seeds. */
function hasRun(outcomes: OutcomeTable, ranks: readonly number[], seeds: readonly number[]): boolean {
  const ran = new Set(
    [...outcomes.cells, ...outcomes.failures.filter(({ status }) => status !== "missing")].map(
      ({ rank, seed }) => `${rank} ${seed}`,
    ),
  );
  return ranks.every((rank) => seeds.every((seed) => ran.has(`${rank} ${seed}`)));
}

function assertRace({ ranks, seeds }: RaceOptions): void {
  const problems: string[] = [];
  if (new Set(ranks).size !== ranks.length || ranks.length < 2)
    problems.push(`ranks must be at least two different ones, got [${ranks.join(", ")}]`);
  if (new Set(seeds).size !== seeds.length || seeds.length === 0)
    problems.push(`seeds must be at least one, all different, got [${seeds.join(", ")}]`);
  if (problems.length > 0) throw new InputError("E_RACE", problems.join("\n"));
}
