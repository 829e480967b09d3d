import type { Copies } from "../../results/types.ts";
import { mean } from "../../statistics/mean.ts";
import type { OutcomeCell, OutcomeTable } from "../outcomes.ts";
import type { PairedDesign } from "../paired-design.ts";
import type { DecisionCheck } from "./check.ts";

/** Finds runs that should differ and are one run, and seeds that may be one seed. */
export const copies: DecisionCheck = {
  ofRuns(design, runs) {
    const found = runs && copiesIn(runs);
    if (found)
      return {
        design: withoutCopies(design, found),
        forbids: ["rank", "pairs"],
        members: { copies: found },
      };
    const oneSeed = withoutAgreeingSeeds(design);
    return (
      oneSeed && {
        design: oneSeed,
        forbids: ["pairs", "plan"],
        members: { agreeingSeeds: design.seeds.length },
      }
    );
  },
};

type Values = ArrayLike<number> | undefined;

/**
 * Runs that are one run, as equal as runs that differ in rank or seed never are: a setting did not reach the trainer, or what was
 * evaluated was never trained. Undefined where there are none, or where the runs may be equal by chance. Rank 0 is left
 * out, for without an adapter every seed may rightly give the same model.
 *
 * - Losses are the strongest evidence. Runs with the same log losses to the last digit are copies. So are runs with the same right
 *   answers and the same training losses; with other training losses they are none.
 * - Right and wrong alone may agree by chance. They show copies if all runs of each rank agree, or all of each seed, on more
 *   examples than chance explains: see {@link surprise}.
 */
export function copiesIn({ cells, prior }: Pick<OutcomeTable, "cells" | "prior">): Copies | undefined {
  const runs = cells.filter(({ rank }) => rank > 0).sort((a, b) => a.rank - b.rank || a.seed - b.seed);
  const alike = groupsOf(runs, (run) => [run.correct, run.logLoss]);
  const byLogLoss = alike.filter(isRepeated).filter(([run]) => isTelling(run!.logLoss));
  if (byLogLoss.length > 0) return copiesOf(byLogLoss, "log-loss");
  const same = alike.flatMap((group) => groupsOf(group, (run) => [run.trainLosses]));
  const byTraining = same.filter(isRepeated).filter(([run]) => isTelling(laterHalf(run!.trainLosses)));
  if (byTraining.length > 0) return copiesOf(byTraining, "training-loss");
  const isPattern = agreesWithin(same, runs, "rank") || agreesWithin(same, runs, "seed");
  return isPattern && surprise(same, prior) >= enoughSurprise
    ? copiesOf(same.filter(isRepeated), "outcomes")
    : undefined;
}

/**
 * The design with its first seed alone, where no log or training losses tell runs apart, every rank is right on the same examples
 * under all seeds, and ranks differ: the seeds then show nothing of the luck of training. It may be chance, with few
 * wrong examples, but a difference that looks certain may as well be the luck of one seed. Undefined where they do show it.
 */
export function withoutAgreeingSeeds(design: PairedDesign): PairedDesign | undefined {
  const runs = design.cells.flat().filter(({ rank }) => rank > 0);
  const groups = groupsOf(runs, (run) => [run.correct, run.logLoss, run.trainLosses]);
  if (groups.length < 2 || !agreesWithin(groups, runs, "rank")) return undefined;
  return { ...design, seeds: design.seeds.slice(0, 1), cells: design.cells.map((row) => row.slice(0, 1)) };
}

/** The design with one rank and seed for each run that others copy. */
export function withoutCopies(design: PairedDesign, { groups }: Copies): PairedDesign {
  const groupOf = new Map(
    groups.flatMap((group, index) => group.map(({ rank, seed }) => [`${rank} ${seed}`, index])),
  );
  const areCopies = (a: OutcomeCell, b: OutcomeCell): boolean => {
    const group = groupOf.get(`${a.rank} ${a.seed}`);
    return group !== undefined && group === groupOf.get(`${b.rank} ${b.seed}`);
  };
  const seeds = firsts(design.seeds, (s, t) => design.cells.some((row) => areCopies(row[s]!, row[t]!)));
  const ranks = firsts(design.ranks, (r, q) =>
    design.seeds.some((_, s) => areCopies(design.cells[r]![s]!, design.cells[q]![s]!)),
  );
  const excluded = design.ranks
    .filter((_, index) => !ranks.includes(index))
    .map((rank) => ({ rank, cause: { kind: "copies" as const } }));
  return {
    ...design,
    ranks: ranks.map((index) => design.ranks[index]!),
    seeds: seeds.map((index) => design.seeds[index]!),
    cells: ranks.map((r) => seeds.map((s) => design.cells[r]![s]!)),
    excluded: [...design.excluded, ...excluded].sort((a, b) => a.rank - b.rank),
  };
}

/** Indices of the items that equal no earlier one of them. */
function firsts(items: readonly unknown[], equal: (index: number, earlier: number) => boolean): number[] {
  const distinct: number[] = [];
  for (const index of items.keys())
    if (!distinct.some((earlier) => equal(index, earlier))) distinct.push(index);
  return distinct;
}

function isRepeated(group: readonly OutcomeCell[]): boolean {
  return group.length > 1;
}

function copiesOf(groups: readonly (readonly OutcomeCell[])[], shownBy: Copies["shownBy"]): Copies {
  const spans = (of: "rank" | "seed"): boolean =>
    groups.some((group) => group.some((run) => run[of] !== group[0]![of]));
  const setting = spans("rank") ? (spans("seed") ? "rank-and-seed" : "rank") : "seed";
  return { setting, shownBy, groups: groups.map((group) => group.map(({ rank, seed }) => ({ rank, seed }))) };
}

/** Runs with equal values, group by group, in the order of the runs. */
function groupsOf(
  runs: readonly OutcomeCell[],
  valuesOf: (run: OutcomeCell) => readonly Values[],
): OutcomeCell[][] {
  const bySum = new Map<string, OutcomeCell[][]>();
  const groups: OutcomeCell[][] = [];
  for (const run of runs) {
    const own = valuesOf(run);
    const sums = own.map(sumOf).join(" ");
    const near = bySum.get(sums) ?? [];
    const group = near.find(([first]) => valuesOf(first!).every((values, i) => areEqual(values, own[i])));
    if (group !== undefined) {
      group.push(run);
      continue;
    }
    groups.push([run]);
    bySum.set(sums, [...near, groups.at(-1)!]);
  }
  return groups;
}

/** Of the values by their place: equal for equal values. */
function sumOf(values: Values): number {
  let sum = 0;
  for (let i = 0; i < (values?.length ?? 0); i++) sum += values![i]! * (i + 1);
  return sum;
}

function areEqual(a: Values, b: Values): boolean {
  if (a === undefined || b === undefined || a.length !== b.length) return a === b;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Digits in which losses have to agree, and how many of one loss count: files round them. */
const enoughDigits = 20;
const mostDigits = 4;

/** A loss below this says no more than "right". */
const smallestLoss = 1e-4;

/** Whether so many different losses, of so many digits, cannot be equal by chance in another run. */
function isTelling(losses: Values): boolean {
  const seen = new Set<number>();
  let digits = 0;
  for (let i = 0; i < (losses?.length ?? 0) && digits < enoughDigits; i++) {
    const loss = losses![i]!;
    if (loss < smallestLoss || seen.has(loss)) continue;
    seen.add(loss);
    digits += digitsOf(loss);
  }
  return digits >= enoughDigits;
}

/** Ranks of one seed start with one model, so their first losses may rightly be equal. */
function laterHalf(losses: Values): Values {
  return losses && Array.from(losses).slice(losses.length >> 1);
}

function digitsOf(value: number): number {
  let digits = 1;
  while (digits < mostDigits && Number(value.toPrecision(digits)) !== value) digits++;
  return digits;
}

/** Whether the runs of each rank, or of each seed, are all in one group; at least one has two runs. */
function agreesWithin(
  groups: readonly (readonly OutcomeCell[])[],
  runs: readonly OutcomeCell[],
  of: "rank" | "seed",
): boolean {
  const parts = groups.reduce((sum, group) => sum + new Set(group.map((run) => run[of])).size, 0);
  const all = new Set(runs.map((run) => run[of])).size;
  return parts === all && runs.length > all;
}

/** The chance of an accusation that is wrong is e to the minus this, at the fewest disagreements that are plausible. */
const enoughSurprise = 10;

/** More runs do not tell more: it is the task that may leave little room to disagree. */
const mostComparisons = 10;

/**
 * How many examples two runs disagree on at the least, as parts of those that they are right or wrong on, whichever are fewer,
 * and of those that tell groups apart. Two runs of one recipe disagree on about as many as they are wrong on (Jiang et al., 2021,
 * arXiv 2106.13799).
 */
const leastOfWrong = 1 / 15;
const leastOfDifferent = 1 / 4;

/**
 * The number of disagreements that differing runs would have had where these groups have none, at the least. Groups that may
 * always give one answer agree rightly and count for nothing: those that are right no more often than the most frequent
 * class; without classes the most telling group, and those right on other examples alone.
 */
function surprise(groups: readonly (readonly OutcomeCell[])[], prior: OutcomeTable["prior"]): number {
  const rows = groups.map(([run]) => run!.correct);
  const telling = rows.map(fewer);
  const [largest] = [...rows.keys()].sort((a, b) => telling[b]! - telling[a]!);
  const hasClasses = prior !== undefined && prior.source !== "agreement";
  const isConstant = (index: number): boolean =>
    hasClasses
      ? mean(Array.from(rows[index]!)) <= mean(prior.correct)
      : index === largest || areDisjoint(rows[index]!, rows[largest!]!);
  const counted = [...rows.keys()].filter((index) => !isConstant(index));
  const each = counted.map((index) => {
    const others = counted
      .filter((other) => other !== index)
      .map((other) => different(rows[index]!, rows[other]!));
    const nearest = others.length > 0 ? Math.min(telling[index]!, ...others) : 0;
    const disagreements = Math.max(leastOfWrong * telling[index]!, leastOfDifferent * nearest);
    return { comparisons: groups[index]!.length - 1, disagreements };
  });
  const comparisons = each.reduce((sum, one) => sum + one.comparisons, 0);
  const all = each.reduce((sum, one) => sum + one.comparisons * one.disagreements, 0);
  return comparisons > mostComparisons ? (all * mostComparisons) / comparisons : all;
}

/** Examples that are wrong or that are right, whichever are fewer. */
function fewer(correct: ArrayLike<number>): number {
  let [wrong, right] = [0, 0];
  for (let e = 0; e < correct.length; e++) {
    if (correct[e]! < 1) wrong++;
    if (correct[e]! > 0) right++;
  }
  return Math.min(wrong, right);
}

function different(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let count = 0;
  for (let e = 0; e < a.length; e++) if (a[e] !== b[e]) count++;
  return count;
}

function areDisjoint(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  for (let e = 0; e < a.length; e++) if (a[e]! > 0 && b[e]! > 0) return false;
  return true;
}
