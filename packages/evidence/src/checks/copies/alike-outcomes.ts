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

/** Runs too alike to be separate trainings; `copies` if they surely are. */
interface Likeness {
  readonly copies?: Copies;
  readonly agreeing: AgreeingRuns;
}

type Runs = Pick<OutcomeTable, "cells" | "prior">;

export function copiesIn(table: Runs): Copies | undefined {
  return likenessIn(table)?.copies;
}

/**
 * Finds runs under different ranks or seeds that are more alike than separate trainings. Causes: a setting did not
 * reach the trainer, an untrained model was evaluated, or the task leaves no room to differ. Rank 0 is left out:
 * without an adapter seeds may agree. GPUs add in varying order, so likeness has a size.
 *
 * - Losses are the strongest evidence: see {@link byLogLoss} and {@link byTrainingLoss}.
 * - Right and wrong alone are judged by {@link alikeRuns}: they may agree by chance, or on wrong labels.
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

/** Relative difference up to which examples' log losses count as equal. */
const equalShare = 1.5e-4;

/** Relative difference up to which log losses are a single model's, even if training losses differ. */
const sameModel = 1e-6;

/**
 * Log-loss distance up to which two runs are copies, as a share of the distance to the nearest run with another rank
 * and seed. Keyed by the setting that did not reach the trainer. `rank` is stricter: runs with one seed also share
 * their training order.
 */
const nearShares = { seed: 0.05, rank: 0.002 } as const;

/** Count of neighbours by median loss among which copies are sought. */
const nearestRuns = 32;

/** Groups with equal losses, or far nearer losses than neighbours'. "unknown" if too few losses tell. */
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

/** Pairs whose losses are within `share`, among neighbours by median loss. */
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

/** Pairs far nearer than neighbours that differ in both settings, in all groups: a rank may stay at the base. */
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

/** Largest relative difference between equal trainings' losses on different GPUs; separate trainings exceed it. */
const equalTraining = 1e-6;

/** Least relative difference between separate trainings' losses over all steps. */
const ownTraining = 1e-3;

/** Least relative difference between separate trainings' losses over later steps. */
const apartTraining = 1e-5;

/** Share of the rarer answers (right or wrong) on which copies by training loss may disagree. */
const fewDisagreements = 1 / 15;

/** Groups with equal later training losses and nearly equal answers. */
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

/** Tells whether training losses show two trainings; their log losses may be equal if they hardly left the base. */
function areTrainedApart(a: OutcomeCell, b: OutcomeCell): boolean {
  const [steps = 0, others = 0] = [a.trainLosses?.length, b.trainLosses?.length];
  if (steps === 0 || steps !== others) return false;
  const telling = laterLosses([a, b]);
  return lossDistance(a.trainLosses!, b.trainLosses!, telling) > apartTraining;
}

/** Tells whether training losses show that each run was trained by itself. */
function haveOwnTraining(runs: RunGroup): boolean {
  const steps = runs[0]!.trainLosses?.length;
  if (steps === undefined || runs.some(({ trainLosses }) => trainLosses?.length !== steps)) return false;
  // Losses at all steps are compared, even small: rounding may make a few equal, not half.
  const telling = { ...tellingLosses(runs.map(({ trainLosses }) => trainLosses!)), smallest: 0 };
  return runs.every((run, i) =>
    runs
      .slice(i + 1)
      .every((other) => lossDistance(run.trainLosses!, other.trainLosses!, telling) > ownTraining),
  );
}

/** Training losses to compare, in the second half only: ranks under the same seed start as the same model. */
function laterLosses(runs: readonly OutcomeCell[]): TellingLosses {
  const losses = runs.map(({ trainLosses }) => trainLosses!);
  return tellingLosses(losses, losses[0]!.length >> 1);
}

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

export function firstOfAlike(design: PairedDesign): PairedDesign | undefined {
  return likenessIn({ cells: design.cells.flat() }) && withFirstRuns(design);
}

export function withFirstRuns(design: PairedDesign): PairedDesign {
  const { seedsAre: _, ...rest } = design;
  return { ...rest, seeds: design.seeds.slice(0, 1), cells: design.cells.map((row) => row.slice(0, 1)) };
}
