import type { TrialSpec } from "@lorank/evidence/results";
import type { Must } from "@lorank/train/spec";

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

/** Extra trials of checks. They are compared with the sweep and are no part of it. */
export interface CheckSpecs {
  /** The smallest and the largest rank at a third and three times their learning rate. */
  readonly otherRates?: readonly TrialSpec[];
  /** The largest rank under rsLoRA's scaling; absent where the sweep's does not fall with the rank as 1 / rank. */
  readonly otherScaling?: TrialSpec;
}

/** A check that runs trials of its own. The members that it adds to a decision are a row of `core/src/decide/checks/checks.ts`. */
interface TrialCheck {
  /** Rules for another trainer's settings. */
  readonly rules: (config: { readonly optimizer: { readonly learningRate?: number } }, must: Must) => void;
  /** Its trials, for trials that were compared. `hasSpec` tells what the results folder has. */
  readonly specsOf: (compared: readonly TrialSpec[], hasSpec: (spec: TrialSpec) => boolean) => CheckSpecs;
}

/** Tells whether the order of the ranks holds at other learning rates and under another scaling. */
const robustness: TrialCheck = {
  rules: ({ optimizer: { learningRate } }, must) =>
    must(
      learningRate !== undefined,
      "learning-rate",
      "given for --robustness, which trains at others",
      learningRate,
    ),
  specsOf(compared, hasSpec) {
    const { otherRates, otherScaling } = robustnessSpecs(compared);
    // A folder of a version that tried other rates alone stays as it was decided. The specs are written in the order of execution,
    // so a sweep that was killed among them has that of the other scaling first.
    const isWithout = otherScaling === undefined || (otherRates.every(hasSpec) && !hasSpec(otherScaling));
    return isWithout ? { otherRates } : { otherRates, otherScaling };
  },
};

/** Far enough to show a rank that the sweep's rate suits, near enough that both ranks still learn at one of them. */
const rateFactors = [1 / 3, 3];

/**
 * Extra trials of a robustness check: all under the first seed, all else as it is. Rank 0 has no adapter and is left
 * out. Fewer than two other ranks have no order to check, and no trial.
 */
export function robustnessSpecs(
  specs: readonly TrialSpec[],
): CheckSpecs & Required<Pick<CheckSpecs, "otherRates">> {
  const adapted = specs.filter(({ lora }) => lora.rank > 0);
  const seed = Math.min(...adapted.map((spec) => spec.seed));
  const first = adapted.filter((spec) => spec.seed === seed).sort((a, b) => a.lora.rank - b.lora.rank);
  const [smallest, largest] = [first[0], first.at(-1)];
  if (smallest === undefined || largest === undefined || smallest === largest) return { otherRates: [] };
  const otherRates = rateFactors.flatMap((factor) => [smallest, largest].map((spec) => atRate(spec, factor)));
  const otherScaling = underRslora(largest, smallest);
  return otherScaling === undefined ? { otherRates } : { otherRates, otherScaling };
}

function atRate<Spec extends TrialSpec>(spec: Spec, factor: number): Spec {
  const { optimizer } = spec;
  return { ...spec, optimizer: { ...optimizer, learningRate: optimizer.learningRate! * factor } };
}

/**
 * The largest rank under rsLoRA's scaling, alpha / √rank. Its alpha, alpha / √smallest, leaves the smallest rank's
 * scaling as it is. Undefined where no scaling falls as 1 / rank: under rsLoRA already, and where alpha follows the
 * rank. Undefined too where another trainer does not get both settings.
 */
function underRslora<Spec extends TrialSpec>(spec: Spec, smallest: TrialSpec): Spec | undefined {
  const { lora } = spec;
  if (lora.scalingRule !== "lora" || lora.alpha === undefined || lora.alpha !== smallest.lora.alpha)
    return undefined;
  const alpha = lora.alpha / Math.sqrt(smallest.lora.rank);
  return { ...spec, lora: { ...lora, scalingRule: "rslora", alpha } };
}

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
