import type { Copies } from "../../results/types.ts";
import { mean } from "../../statistics/mean.ts";
import type { OutcomeCell, OutcomeTable } from "../outcomes.ts";
import type { PairedDesign } from "../paired-design.ts";
import type { DecisionCheck } from "./check.ts";

/** Finds runs that are copies of one run, and seeds that may be one seed. */
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
 * Finds copies: runs of different ranks or seeds with the same outcomes. Either a setting did not reach the trainer, or
 * the evaluated model was never trained. Undefined if there are none, or if the runs may be equal by chance. Rank 0 is
 * left out: without an adapter every seed may rightly give the same model.
 *
 * - Losses are the strongest evidence. Runs whose log losses agree to the last digit are copies, and so are runs with
 *   the same right answers and the same training losses. Different training losses prove that runs are no copies.
 * - Right and wrong alone may agree by chance. They show copies if all runs of each rank agree, or all of each seed, on
 *   more examples than chance explains: see {@link surprise}.
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
 * Reduces a design to its first seed if its seeds show no noise of training. No losses tell runs apart then, and every
 * rank is right on the same examples under all seeds, while ranks differ. With few wrong examples this may be chance,
 * but a difference that looks certain may also be one seed's luck. Undefined for other designs.
 */
export function withoutAgreeingSeeds(design: PairedDesign): PairedDesign | undefined {
  const runs = design.cells.flat().filter(({ rank }) => rank > 0);
  const groups = groupsOf(runs, (run) => [run.correct, run.logLoss, run.trainLosses]);
  if (groups.length < 2 || !agreesWithin(groups, runs, "rank")) return undefined;
  return { ...design, seeds: design.seeds.slice(0, 1), cells: design.cells.map((row) => row.slice(0, 1)) };
}

/** Reduces a design to one rank and seed of each group of copies. */
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

/** Indices of items that equal no earlier item. */
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

/** Groups runs with equal values, in the order of the runs. */
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

/** Checksum: the sum of the values, weighted by position. */
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

/** Digits in which losses have to agree, and the most that count of one loss: files round them. */
const enoughDigits = 20;
const mostDigits = 4;

/** Losses below this add nothing to "right". */
const smallestLoss = 1e-4;

/** Tells whether losses have enough distinct values and digits that another run cannot equal them by chance. */
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

/** Drops the first half: ranks of one seed start with the same model, so their first losses may rightly be equal. */
function laterHalf(losses: Values): Values {
  return losses && Array.from(losses).slice(losses.length >> 1);
}

function digitsOf(value: number): number {
  let digits = 1;
  while (digits < mostDigits && Number(value.toPrecision(digits)) !== value) digits++;
  return digits;
}

/** Tells whether all runs of each rank (or seed) are in one group, and some rank (or seed) has two runs. */
function agreesWithin(
  groups: readonly (readonly OutcomeCell[])[],
  runs: readonly OutcomeCell[],
  of: "rank" | "seed",
): boolean {
  const parts = groups.reduce((sum, group) => sum + new Set(group.map((run) => run[of])).size, 0);
  const all = new Set(runs.map((run) => run[of])).size;
  return parts === all && runs.length > all;
}

/** Least surprise of a finding: a false one then has the probability e^-10 at the fewest plausible disagreements. */
const enoughSurprise = 10;

/** Most comparisons that count: the task, not the number of runs, leaves little room to disagree. */
const mostComparisons = 10;

/**
 * Fewest examples on which two runs disagree, as shares. The first is of their right or of their wrong examples,
 * whichever are fewer; the second is of the examples on which groups differ. Two runs of one recipe disagree on about
 * as many examples as they are wrong on (Jiang et al., 2021, arXiv 2106.13799).
 */
const leastOfWrong = 1 / 15;
const leastOfDifferent = 1 / 4;

/**
 * Fewest disagreements that independent runs would have had where these groups have none. Constant answers agree
 * rightly: groups that are right no more often than the most frequent class do not count. If classes are unknown, the
 * group with the most information and those right on other examples alone do not count.
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

/** Counts the wrong or the right examples, whichever are fewer. */
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
