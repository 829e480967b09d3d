import type { TrialSpec } from "@lorank/core/results";
import type { Must } from "@lorank/train/spec";
import type { CheckSpecs, TrialCheck } from "./check.ts";
import { robustness } from "./robustness.ts";

/** Checks that run trials of their own, as settings choose them. */
export interface CheckChoices {
  /**
   * Also run the smallest and the largest rank at a third and three times the learning rate, and the largest under
   * rsLoRA's scaling. (default false)
   */
  readonly robustness?: boolean | undefined;
}

/** The same as a config has it: absent means no. */
export type ChosenChecks = { readonly [Key in keyof CheckChoices]?: true };

const checks: Readonly<Record<keyof CheckChoices, TrialCheck>> = { robustness };

/** Names of the settings that choose a check. */
export const checkKeys = Object.keys(checks) as (keyof CheckChoices)[];

export function chosenChecks(choices: CheckChoices): ChosenChecks {
  return Object.fromEntries(checkKeys.filter((key) => choices[key]).map((key) => [key, true]));
}

export function assertChoices(config: ChosenChecks, must: Must): void {
  for (const key of checkKeys) {
    const value: unknown = config[key];
    must(value === undefined || value === true, key, "true, or absent", value);
  }
}

/** Reports settings of another trainer that the chosen checks cannot work with. */
export function assertNeeds(config: ChosenChecks & Parameters<TrialCheck["rules"]>[0], must: Must): void {
  for (const { rules } of chosen(config)) rules(config, must);
}

/** The trials of the chosen checks, for trials that were compared. */
export function checkSpecs(
  config: ChosenChecks,
  compared: readonly TrialSpec[],
  hasSpec: (spec: TrialSpec) => boolean = () => false,
): CheckSpecs {
  return Object.assign({}, ...chosen(config).map(({ specsOf }) => specsOf(compared, hasSpec)));
}

/** Lists the trials in the order of execution. */
export function inOrder({ otherRates = [], otherScaling }: CheckSpecs): TrialSpec[] {
  return [...(otherScaling === undefined ? [] : [otherScaling]), ...otherRates];
}

/** The trials that a plan's checks add to those of its method, in the order of execution. */
export function extraTrials({
  config,
  specs,
}: {
  readonly config: ChosenChecks;
  readonly specs: readonly TrialSpec[];
}): TrialSpec[] {
  return inOrder(checkSpecs(config, specs));
}

function chosen(config: ChosenChecks): TrialCheck[] {
  return checkKeys.filter((key) => config[key]).map((key) => checks[key]);
}
