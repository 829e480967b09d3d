/** Worlds of the conditions study: run scores whose truth is known, with one or two conditions. */
import { compareScores } from "../src/decide/compare-scores.ts";
import { secondaryFindings } from "../src/decide/conditions/findings.ts";
import { keepersOf, rivalsOf } from "../src/decide/conditions/keepers.ts";
import { openBound } from "../src/decide/open-bound.ts";
import { type ScoredRun, scoreDesign } from "../src/decide/score-design.ts";
import { verdictOf } from "../src/decide/verdict.ts";
import type { SecondaryOutcome } from "../src/schema/types.ts";
import { randomStream, type SeededRandom } from "../src/statistics/random.ts";

export interface ConditionWorld {
  readonly name: string;
  /** Task's truth by rank; higher is better. */
  readonly task: readonly number[];
  /** Truth of each condition's outcome by rank, `[conditions][ranks]`: below 0 it is met. */
  readonly conditions: readonly (readonly number[])[];
  /** Correlation of a run's noise in the task with its noise in each condition. */
  readonly correlation: number;
  /** Standard deviation between runs by rank, in every outcome. */
  readonly noise: readonly number[];
  /** Standard deviation of the noise that all ranks of a seed share, in every outcome. */
  readonly shared: number;
}

/** Loss that is accepted in the worlds; at the smallest rank runs have a standard deviation of 1. */
export const acceptedLoss = 1;

/** Distance by which a rank at the edge violates a condition or loses too much: next to nothing. */
const beyond = 1e-6;

const layouts: Readonly<Record<string, (ranks: number, conditions: number) => Truths>> = {
  /** Every rank violates one condition by next to nothing, in turn; nobody may be named. */
  "nobody meets"(ranks, conditions) {
    return {
      task: all(ranks, 0),
      conditions: each(conditions, ranks, (c, r) => (r % conditions === c ? beyond : -9)),
    };
  },
  /** The largest meets all well; the others are worse than it by a little more than the margin. */
  "others worse"(ranks, conditions) {
    return {
      task: all(ranks, 0).map((_, r) => (r === ranks - 1 ? acceptedLoss + beyond : 0)),
      conditions: each(conditions, ranks, () => -9),
    };
  },
  /** As before, but the largest is inside all limits by next to nothing, so it may be left out. */
  "best at the limit"(ranks, conditions) {
    return {
      task: all(ranks, 0).map((_, r) => (r === ranks - 1 ? acceptedLoss + beyond : 0)),
      conditions: each(conditions, ranks, (_, r) => (r === ranks - 1 ? -beyond : -9)),
    };
  },
  /** The smallest is best and at the limits; every second rank is worse, the others violate a condition. */
  mixed(ranks, conditions) {
    return {
      task: all(ranks, 0).map((_, r) => (r === 0 ? acceptedLoss + beyond : r % 2 === 1 ? 0 : 9)),
      conditions: each(conditions, ranks, (c, r) =>
        r === 0 ? -beyond : r % 2 === 0 && r % conditions === c ? beyond : -9,
      ),
    };
  },
};

interface Truths {
  readonly task: readonly number[];
  readonly conditions: readonly (readonly number[])[];
}

function all(ranks: number, value: number): number[] {
  return Array.from({ length: ranks }, () => value);
}

function each(conditions: number, ranks: number, of: (c: number, r: number) => number): number[][] {
  return all(conditions, 0).map((_, c) => all(ranks, 0).map((_, r) => of(c, r)));
}

export const layoutNames = Object.keys(layouts);

interface Setting {
  readonly ranks: number;
  readonly conditions: number;
  readonly correlation?: number;
  readonly grows?: boolean;
  readonly shared?: number;
}

/** World of one layout. `grows`: noise rises from 1 at the smallest rank to 4 at the largest. */
export function worldOf(
  name: string,
  { ranks, conditions, correlation = 0, grows = false, shared = 0 }: Setting,
): ConditionWorld {
  const noise = all(ranks, 1).map((_, r) => (grows ? 4 ** (r / (ranks - 1)) : 1));
  return { name, ...layouts[name]!(ranks, conditions), correlation, noise, shared };
}

/** Ranks with equal tasks, each `inside` standard deviations inside the limits. */
export function keepersWorld(inside: number, { ranks, conditions }: Setting): ConditionWorld {
  return {
    ...{ name: "all meet", task: all(ranks, 0), correlation: 0, noise: all(ranks, 1), shared: 0 },
    conditions: each(conditions, ranks, () => -inside),
  };
}

/** World in which the largest rank alone is good, `inside` the limits; the others are far worse in the task. */
export function loneKeeperWorld(inside: number, setting: Setting): ConditionWorld {
  const world = keepersWorld(inside, setting);
  return { ...world, name: "one meets", task: world.task.map((_, r) => (r === setting.ranks - 1 ? 9 : 0)) };
}

function conditionsOf({ conditions }: ConditionWorld): SecondaryOutcome[] {
  return conditions.map((_, c) => ({ name: `c${c}`, better: "lower", limit: 0 }));
}

export function drawRuns(world: ConditionWorld, seeds: number, random: SeededRandom): ScoredRun[] {
  const { task, conditions, correlation, noise, shared } = world;
  const rest = Math.sqrt(1 - correlation ** 2);
  const common = Array.from(
    { length: seeds },
    () => [shared * random.normal(), conditions.map(() => shared * random.normal())] as const,
  );
  return task.flatMap((truth, r) =>
    common.map(([ofTask, ofConditions], seed): ScoredRun => {
      const own = random.normal();
      return {
        rank: 2 ** r,
        seed,
        score: truth + ofTask + noise[r]! * own,
        secondary: conditions.map((truths, c) => ({
          name: `c${c}`,
          values: [truths[r]! + ofConditions[c]! + noise[r]! * (correlation * own + rest * random.normal())],
        })),
      };
    }),
  );
}

export interface Told {
  /** True if a rank was named, recommended or certified. */
  readonly isNamed: boolean;
  /** True if the named rank violates a condition, or a rank that meets all is better by more than was told. */
  readonly isWrong: boolean;
  /** True if some rank was said to meet all conditions, and does not. */
  readonly isWronglyMet: boolean;
  /** True if some rank was said to violate a condition, and does not. */
  readonly isWronglyViolated: boolean;
}

/** What the decision on a drawn table tells. `margin`: the loss that is accepted. */
export function toldOf(world: ConditionWorld, seeds: number, draw: number, margin = acceptedLoss): Told {
  const design = scoreDesign(drawRuns(world, seeds, randomStream(draw)));
  const { ranks } = design;
  const settings = { metric: "higher:score", margin, confidence: 0.95 } as const;
  const outcomes = conditionsOf(world);
  const family = { ranks: ranks.length, hasConditions: outcomes.length > 0 };
  const comparison = compareScores(design, settings, { error: 0, examples: undefined, share: 1, family });
  const secondary = secondaryFindings(design, outcomes, { tails: comparison.tails, confidence: 0.95 });
  const rivals = rivalsOf({ ranks, comparison }, keepersOf(ranks, secondary));
  const { rank, certifiedRank } = verdictOf({ ...rivals, seeds, margin });
  const meets = world.task.map((_, r) => world.conditions.every((truths) => truths[r]! <= 0));
  const best = Math.max(...world.task.filter((_, r) => meets[r]));
  const isFalse = (rank: number, told: number): boolean => {
    const r = Math.log2(rank);
    return !meets[r] || best - world.task[r]! > told;
  };
  const isCertifiedFalse = certifiedRank !== null && isFalse(certifiedRank, margin);
  const isRankFalse =
    rank !== null && rank !== certifiedRank && isFalse(rank, openBound(rivals.comparison, rank));
  const stateOf = (c: number, r: number) => secondary[c]!.ranks[r]!.condition;
  const indices = world.task.map((_, r) => r);
  return {
    isNamed: rank !== null || certifiedRank !== null,
    isWrong: isCertifiedFalse || isRankFalse,
    isWronglyMet: indices.some((r) => !meets[r] && secondary.every((_, c) => stateOf(c, r) === "met")),
    isWronglyViolated: indices.some((r) =>
      secondary.some((_, c) => stateOf(c, r) === "violated" && world.conditions[c]![r]! <= 0),
    ),
  };
}
