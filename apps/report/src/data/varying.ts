import { firstOf } from "@lorank/core";
import type { EngineSpec, TrialResult } from "@lorank/evidence/results";

/**
 * Setting's values over all trials, as text: `0.001`, or values with ranks, as in `4 (rank 4); 8 (rank 8)`, at most
 * {@link mostListed} each.
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

export const mostListed = 24;

/** Trials of LoRAnk's engine, whose specs say everything about their training. */
export function engineTrials(
  trials: readonly TrialResult[],
): (TrialResult & { readonly spec: EngineSpec })[] {
  return trials.flatMap((trial) => ("trainer" in trial.spec ? [] : [{ ...trial, spec: trial.spec }]));
}

/** Distinct values in order of occurrence, without empty values. */
export function distinct<Trial extends TrialResult>(
  trials: readonly Trial[],
  read: (trial: Trial) => string,
): string[] {
  return [...new Set(trials.map(read))].filter((value) => value !== "");
}
