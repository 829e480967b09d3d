import type { OutcomeCell, OutcomeTable } from "../../decide/outcomes.ts";
import type { PairedDesign } from "../../decide/paired-design.ts";
import type { AgreeingRuns, Copies } from "../../schema/types.ts";
import { median } from "../../statistics/averages.ts";
import { alikeRuns } from "./alike.ts";
import {
  areTelling,
  areWithin,
  disagreement,
  lossDistance,
  type TellingLosses,
  tellingLosses,
} from "./likeness.ts";
import { groupsBy, type RunGroup, someOf } from "./run-groups.ts";

/** Runs that are too much alike: copies, where that is sure. */
interface Likeness {
  readonly copies?: Copies;
  readonly agreeing: AgreeingRuns;
}

type Runs = Pick<OutcomeTable, "cells" | "prior">;

/** Copies in a table of outcomes; undefined if there are none, or if it is not sure. */
export function copiesIn(table: Runs): Copies | undefined {
  return likenessIn(table)?.copies;
}

/**
 * Finds runs of different ranks or seeds that are more alike than separate trainings are. Either a setting did not reach
 * the trainer, or the evaluated model was never trained; or the task leaves the runs no room to differ. Undefined if there are
 * none. Rank 0 is left out: without an adapter every seed may rightly give the same model.
 *
 * Likeness is judged by its size, since a GPU adds in another order each time.
 *
 * - Losses are the strongest evidence: see {@link byLogLoss} and {@link byTrainingLoss}. Losses that differ as those of separate
 *   trainings do prove that runs are no copies.
 * - Right and wrong alone are judged by {@link alikeRuns}. They may agree by chance, or since labels are wrong.
 */
export function likenessIn({ cells, prior }: Runs): Likeness | undefined {
  const runs = cells.filter(({ rank }) => rank > 0).sort((a, b) => a.rank - b.rank || a.seed - b.seed);
  if (runs.length < 2) return undefined;
  const losses = byLogLoss(runs);
  if (losses !== "unknown") return losses && copiesOf(losses, "log-loss");
  const byTraining = byTrainingLoss(runs);
  if (byTraining !== undefined) return copiesOf(byTraining, "training-loss");
  const alike = alikeRuns(runs, prior);
  if (alike === undefined) return undefined;
  const { setting, groups, isSure } = alike;
  if (groups.every(haveOwnTraining)) return undefined;
  const found = copiesOf(groups, "outcomes");
  const agreeing = { ...found.agreeing, setting };
  return isSure ? { agreeing, copies: { ...found.copies, setting } } : { agreeing };
}

/** Losses that differ by at most this share of themselves are equal, unless training losses show separate trainings. */
const equalShare = 1.5e-4;

/** Losses of one model, evaluated twice, differ by at most this share: then it does not matter what was trained. */
const sameModel = 1e-6;

/**
 * Distance of copies as a share of that to neighbours, by the setting that did not arrive. Ranks under one seed may rightly be
 * more alike than seeds: they share a head and the order of examples.
 */
const nearShares = { seed: 0.05, rank: 0.002 } as const;

/** Most runs, in the order of their losses, among which each looks for its copies. */
const nearestRuns = 32;

/**
 * Finds groups of runs whose log losses are alike. Half of them or more are equal to `equalShare`, or they are far nearer
 * than those of neighbours that differ in both settings. Training losses may show that they are of separate trainings. Undefined if there are none, "unknown" if too few log
 * losses tell.
 */
function byLogLoss(runs: readonly OutcomeCell[]): RunGroup[] | "unknown" | undefined {
  if (runs.some(({ logLoss }) => logLoss === undefined)) return "unknown";
  const telling = tellingLosses(runs.map(({ logLoss }) => logLoss!));
  const lossesOf = ({ logLoss }: OutcomeCell) => logLoss!;
  const equal = equalPairs(runs, lossesOf, equalShare, telling);
  const near = (["seed", "rank"] as const).flatMap((setting) => nearPairs(runs, setting, telling));
  const isCopy = ([a, b]: Pair): boolean =>
    areTelling(a.logLoss!, telling) &&
    (!areTrainedApart(a, b) || areWithin(a.logLoss!, b.logLoss!, sameModel, telling));
  const joined = joinedBy(runs, [...equal, ...near].filter(isCopy));
  if (joined.length > 0) return joined;
  return runs.every((run) => areTelling(run.logLoss!, telling)) ? undefined : "unknown";
}

type Pair = readonly [OutcomeCell, OutcomeCell];

/** Pairs whose losses are within a share of each other, among runs that are near in the order of their sums. */
function equalPairs(
  runs: readonly OutcomeCell[],
  lossesOf: (run: OutcomeCell) => ArrayLike<number>,
  share: number,
  telling: TellingLosses,
): Pair[] {
  const middle = new Map(
    runs.map((run) => [run, median(telling.places.map((place) => lossesOf(run)[place]!))]),
  );
  const sorted = [...runs].sort((a, b) => middle.get(a)! - middle.get(b)!);
  return sorted.flatMap((run, i) =>
    sorted
      .slice(i + 1, i + 1 + nearestRuns)
      .filter((other) => areWithin(lossesOf(run), lossesOf(other), share, telling))
      .map((other): Pair => [run, other]),
  );
}

/**
 * Pairs of runs that differ in one setting alone, if they are far nearer than neighbours that differ in both, in every group.
 * One group is no evidence: a rank that stayed with the base is near to itself.
 */
function nearPairs(runs: readonly OutcomeCell[], setting: "seed" | "rank", telling: TellingLosses): Pair[] {
  const share = nearShares[setting];
  const groups = groupsBy(runs, setting === "seed" ? "rank" : "seed");
  const isNear = (place: number, [run, twin]: Pair): boolean => {
    if (!areWithin(run.logLoss!, twin.logLoss!, share, telling)) return false;
    const distances = [groups[place - 1], groups[place + 1]]
      .flatMap((one) => someOf(one ?? []))
      .filter((one) => one[setting] !== run[setting])
      .map((one) => lossDistance(run.logLoss!, one.logLoss!, telling));
    const reference = distances.length === 0 ? 0 : Math.min(...distances);
    return lossDistance(run.logLoss!, twin.logLoss!, telling) <= share * reference;
  };
  const pairs = groups.map((group) => group.slice(1).map((twin): Pair => [group[0]!, twin]));
  const areNear = pairs.every((own, place) => own.length > 0 && own.every((pair) => isNear(place, pair)));
  return areNear ? pairs.flat() : [];
}

/** Training losses of one training on another GPU agree to this share at least, those of another training never do. */
const equalTraining = 1e-6;

/** Training losses that differ by more than this share show that runs were trained apart. */
const ownTraining = 1e-3;

/** Later training losses of runs at one point of training differ by more than this share if they were trained apart. */
const apartTraining = 1e-5;

/** Share of a run's wrong or right answers, whichever are fewer, on which copies by their training losses may disagree. */
const fewDisagreements = 1 / 15;

/** Finds groups of runs whose later training losses are equal, and whose answers nearly are. */
function byTrainingLoss(runs: readonly OutcomeCell[]): RunGroup[] | undefined {
  const [first] = runs;
  const steps = first!.trainLosses?.length;
  if (steps === undefined || runs.some(({ trainLosses }) => trainLosses?.length !== steps)) return undefined;
  const telling = laterLosses(runs);
  const pairs = equalPairs(runs, ({ trainLosses }) => trainLosses!, equalTraining, telling);
  const found = joinedBy(
    runs,
    pairs.filter(([a, b]) => {
      const { first: one, second } = disagreement(a.correct, b.correct);
      const right = Array.from(a.correct).reduce((total, value) => total + value, 0);
      const few = fewDisagreements * Math.min(right, a.correct.length - right);
      return one + second <= few && areTelling(a.trainLosses!, telling);
    }),
  );
  return found.length > 0 ? found : undefined;
}

/**
 * Tells whether training losses are known and show two trainings. Runs that hardly left the base have nearly its log losses,
 * so these alone do not show copies.
 */
function areTrainedApart(a: OutcomeCell, b: OutcomeCell): boolean {
  const [steps = 0, others = 0] = [a.trainLosses?.length, b.trainLosses?.length];
  if (steps === 0 || steps !== others) return false;
  const telling = laterLosses([a, b]);
  return lossDistance(a.trainLosses!, b.trainLosses!, telling) > apartTraining;
}

/** Tells whether training losses show that each of the runs was trained by itself. */
function haveOwnTraining(runs: RunGroup): boolean {
  const steps = runs[0]!.trainLosses?.length;
  if (steps === undefined || runs.some(({ trainLosses }) => trainLosses?.length !== steps)) return false;
  // All steps count: rounding may make a few of them equal, not half.
  const telling = { ...tellingLosses(runs.map(({ trainLosses }) => trainLosses!)), smallest: 0 };
  return runs.every((run, i) =>
    runs
      .slice(i + 1)
      .every((other) => lossDistance(run.trainLosses!, other.trainLosses!, telling) > ownTraining),
  );
}

/** Leaves the first half out: ranks of one seed start with the same model, so their first losses may rightly be equal. */
function laterLosses(runs: readonly OutcomeCell[]): TellingLosses {
  const losses = runs.map(({ trainLosses }) => trainLosses!);
  return tellingLosses(losses, losses[0]!.length >> 1);
}

/** Groups of runs that pairs join, in the order of the runs. */
function joinedBy(runs: readonly OutcomeCell[], pairs: readonly Pair[]): RunGroup[] {
  const groupOf = new Map(runs.map((run) => [run, [run]]));
  for (const [a, b] of pairs) {
    const [into, from] = [groupOf.get(a)!, groupOf.get(b)!];
    if (into === from) continue;
    into.push(...from);
    for (const run of from) groupOf.set(run, into);
  }
  const groups = [...new Set(runs.map((run) => groupOf.get(run)!))].filter(({ length }) => length > 1);
  return groups.map((group) => group.sort((a, b) => runs.indexOf(a) - runs.indexOf(b)));
}

function copiesOf(groups: readonly RunGroup[], shownBy: Copies["shownBy"]): Required<Likeness> {
  const spans = (of: "rank" | "seed"): boolean =>
    groups.some((group) => group.some((run) => run[of] !== group[0]![of]));
  const setting = spans("rank") ? (spans("seed") ? "rank-and-seed" : "rank") : "seed";
  const named = groups.map((group) => group.map(({ rank, seed }) => ({ rank, seed })));
  return { copies: { setting, shownBy, groups: named }, agreeing: { setting, groups: named } };
}

/** The first runs of a design, if its runs are too much alike to be compared; undefined if they are not. */
export function firstOfAlike(design: PairedDesign): PairedDesign | undefined {
  return likenessIn({ cells: design.cells.flat() }) && withFirstRuns(design);
}

/** Reduces a design to the first run of each rank. */
export function withFirstRuns(design: PairedDesign): PairedDesign {
  const { seedsAre: _, ...rest } = design;
  return { ...rest, seeds: design.seeds.slice(0, 1), cells: design.cells.map((row) => row.slice(0, 1)) };
}
