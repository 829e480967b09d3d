import { firstOf } from "@lorank/core";
import type { EngineSpec, TrialResult } from "@lorank/evidence/results";
import type { ShownCompared } from "../compared.ts";

/** Setting of trials as text, with the ranks or arms of each value. */
export interface Setting {
  readonly term: string;
  /** Ranks, or numbers of arms, by value, in order of occurrence; without a value only "". */
  readonly ranksOf: ReadonlyMap<string, ReadonlySet<number>>;
}

export function settingOf<Trial extends TrialResult>(
  term: string,
  trials: readonly Trial[],
  { numberOf }: Pick<ShownCompared, "numberOf">,
  read: (trial: Trial) => string,
): Setting {
  const ranksOf = new Map<string, Set<number>>();
  for (const trial of trials) {
    const value = read(trial);
    ranksOf.set(value, (ranksOf.get(value) ?? new Set()).add(numberOf(trial.spec)));
  }
  return { term, ranksOf };
}

/** True if trials differ in a setting. */
export function isVarying({ ranksOf }: Setting): boolean {
  return ranksOf.size > 1;
}

/** Value of all trials: `0.001`, or values with ranks, as in `4 (rank 4); 8 (rank 8)`, {@link mostListed} each. */
export function valueByRank(setting: Setting): string {
  const { ranksOf } = setting;
  if (!isVarying(setting)) return [...ranksOf.keys()].join("");
  const values = [...ranksOf].map(([value, ranks]) => {
    const list = [...ranks].sort((a, b) => a - b);
    return `${value} (${ranks.size === 1 ? "rank" : "ranks"} ${firstOf(list, mostListed)})`;
  });
  return firstOf(values, mostListed, "; ", " ");
}

/** Value for a single rank or arm; empty if it has none. */
export function valueFor({ ranksOf }: Setting, rank: number): string {
  return [...ranksOf].flatMap(([value, ranks]) => (ranks.has(rank) && value !== "" ? value : [])).join("; ");
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
