import { type CheckTrials, robustnessTrials, type TrialSpec } from "@lorank/evidence/schema";
import type { Must } from "@lorank/train/spec";

export interface CheckChoices {
  /**
   * Robustness check: also run the smallest and largest rank at a third and three times the learning rate, and the
   * largest under rsLoRA's scaling. (default false)
   */
  readonly robustness?: boolean | undefined;
}

export type ChosenChecks = { readonly [Key in keyof CheckChoices]?: true };

const trialsOf: Readonly<Record<keyof CheckChoices, typeof robustnessTrials>> = {
  robustness: robustnessTrials,
};

export const checkKeys = Object.keys(trialsOf) as (keyof CheckChoices)[];

export function chosenChecks(choices: CheckChoices): ChosenChecks {
  return Object.fromEntries(checkKeys.filter((key) => choices[key]).map((key) => [key, true]));
}

export function assertChoices(config: ChosenChecks, must: Must): void {
  for (const key of checkKeys) {
    const value: unknown = config[key];
    must(value === undefined || value === true, key, "true, or absent", value);
  }
}

export function assertNeeds(
  { robustness, optimizer }: ChosenChecks & { readonly optimizer: { readonly learningRate?: number } },
  must: Must,
): void {
  const { learningRate } = optimizer;
  const rule = "given for --robustness, which trains at others";
  must(!robustness || learningRate !== undefined, "learning-rate", rule, learningRate);
}

/** Trials for the chosen checks, beside the compared trials. `hasSpec` tells which exist. */
export function checkTrials(
  config: ChosenChecks,
  compared: readonly TrialSpec[],
  hasSpec?: (spec: TrialSpec) => boolean,
): CheckTrials {
  const chosen = checkKeys.filter((key) => config[key]);
  return Object.assign({}, ...chosen.map((key) => trialsOf[key](compared, hasSpec)));
}

export function inOrder({ otherRates = [], otherScaling }: CheckTrials): TrialSpec[] {
  return [...(otherScaling === undefined ? [] : [otherScaling]), ...otherRates];
}

export function extraTrials({
  config,
  specs,
}: {
  readonly config: ChosenChecks;
  readonly specs: readonly TrialSpec[];
}): TrialSpec[] {
  return inOrder(checkTrials(config, specs));
}
