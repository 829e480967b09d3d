import type { OutcomeCell } from "../../decide/outcomes.ts";
import { mean } from "../../statistics/averages.ts";
import { disagreement } from "./likeness.ts";

/** Runs with a common setting value, such as all seeds of a rank. */
export type RunGroup = readonly OutcomeCell[];

const mostRuns = 8;

/** Most examples compared: more would take seconds, and tell no more. */
const mostExamples = 20_000;

export function withSomeExamples(run: OutcomeCell): OutcomeCell {
  const { length } = run.correct;
  if (length <= mostExamples) return run;
  const step = length / mostExamples;
  return {
    ...run,
    correct: Float64Array.from({ length: mostExamples }, (_, i) => run.correct[Math.floor(i * step)]!),
  };
}

export function groupsBy(runs: readonly OutcomeCell[], of: "rank" | "seed"): OutcomeCell[][] {
  const groups = new Map<number, OutcomeCell[]>();
  for (const run of runs) {
    const group = groups.get(run[of]);
    if (group === undefined) groups.set(run[of], [run]);
    else group.push(run);
  }
  return [...groups].sort(([a], [b]) => a - b).map(([, group]) => group);
}

export function someOf(group: RunGroup): RunGroup {
  const step = Math.max(1, group.length / mostRuns);
  return group.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step));
}

export function rightOf(group: RunGroup): number {
  return mean(someOf(group).map(({ correct }) => mean(correct)));
}

export function differing(a: OutcomeCell, b: OutcomeCell): number {
  const { first, second } = disagreement(a.correct, b.correct);
  return first + second;
}

/** Mean disagreement between two runs in a group. */
export function within(group: RunGroup): number {
  const runs = someOf(group);
  return mean(runs.flatMap((run, i) => runs.slice(i + 1).map((other) => differing(run, other))));
}

/**
 * Disagreements expected between separate trainings: counted against runs that differ in both settings. Among ranks the
 * nearest neighbour counts. Examples right in only one run count twice on the smaller side: a better rank disagrees
 * less with itself.
 */
export function referenceOf(groups: readonly RunGroup[], index: number, setting: "seed" | "rank"): number {
  const own = someOf(groups[index]!);
  const near = setting === "seed" ? [index - 1, index + 1] : [index - 2, index - 1, index + 1, index + 2];
  const means = near.flatMap((place) => {
    const counts = someOf(groups[place] ?? []).flatMap((other) =>
      own
        .filter((run) => run.seed !== other.seed && run.rank !== other.rank)
        .map((run) => {
          const { first, second } = disagreement(run.correct, other.correct);
          return 2 * Math.min(first, second);
        }),
    );
    return counts.length > 0 ? [mean(counts)] : [];
  });
  if (means.length === 0) return 0;
  return setting === "seed" ? Math.min(...means) : mean(means);
}

export function fewer(correct: ArrayLike<number>): number {
  const right = mean(correct) * correct.length;
  return Math.min(right, correct.length - right);
}

export function areDisjoint(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  for (let e = 0; e < a.length; e++) if (a[e]! > 0 && b[e]! > 0) return false;
  return true;
}
