import { firstOf } from "@lorank/core";
import type { EngineSpec, TrialResult } from "@lorank/evidence/results";

/**
 * One setting over all trials, in words: `0.001` when all agree. Else its values with their ranks, as in
 * `4 (rank 4); 8 (rank 8)`. Of many values, and of many ranks of one, the first {@link mostListed}. Empty without trials.
 */
export function settingByRank<Trial extends TrialResult>(
  trials: readonly Trial[],
  read: (trial: Trial) => string,
): string {
  const ranksOf = new Map<string, Set<number>>();
  for (const trial of trials) {
    const value = read(trial);
    ranksOf.set(value, (ranksOf.get(value) ?? new Set()).add(trial.spec.lora.rank));
  }
  if (ranksOf.size < 2) return [...ranksOf.keys()].join("");
  const values = [...ranksOf].map(([value, ranks]) => {
    const list = [...ranks].sort((a, b) => a - b);
    return `${value} (${ranks.size === 1 ? "rank" : "ranks"} ${firstOf(list, mostListed)})`;
  });
  return firstOf(values, mostListed, "; ", " ");
}

/** Values in a line, and ranks of one of them. */
export const mostListed = 24;

/** The trials that this engine ran, whose specs say all of how they were trained. */
export function engineTrials(
  trials: readonly TrialResult[],
): (TrialResult & { readonly spec: EngineSpec })[] {
  return trials.flatMap((trial) => ("trainer" in trial.spec ? [] : [{ ...trial, spec: trial.spec }]));
}

/** The distinct values of a setting in the order in which they occur, without empty ones. */
export function distinct<Trial extends TrialResult>(
  trials: readonly Trial[],
  read: (trial: Trial) => string,
): string[] {
  return [...new Set(trials.map(read))].filter((value) => value !== "");
}
