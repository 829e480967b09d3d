import { InputError, type ScalingRule } from "@lorank/core";
import {
  type MethodName,
  type MetricName,
  metricOf,
  type SearchedName,
  searchedKeys,
  type TestSet,
} from "@lorank/evidence/schema";
import type { TrainingSettings } from "@lorank/train";
import type { PreparedTraining } from "@lorank/train/browser";
import { forgettingOutcome } from "@lorank/train/names";
import type { ArmSettings } from "../arms/arm-settings.ts";
import type { EngineArm } from "../arms/arms.ts";
import { sweepDefaults } from "../defaults.ts";
import { type CheckChoices, chosenChecks } from "../plan/checks.ts";
import { planSweep, type SweepPlan } from "../plan/plan.ts";
import type { Comparison } from "../plan/sweep-config.ts";

/** Sweep settings: model, data, ranks and training. Defaults: `sweepDefaults`. */
export interface SweepSettings extends Omit<TrainingSettings, SearchedName>, CheckChoices {
  /** Ranks to compare. (default 4, 8, 16, 32) */
  readonly ranks?: readonly number[] | undefined;
  /** Arms to compare in place of ranks. */
  readonly arms?: readonly ArmSettings[] | undefined;
  /** Random seeds per rank: how many, or which. (default 5) */
  readonly seeds?: number | readonly number[] | undefined;
  /** Method that chooses trials among all ranks and seeds. (default "grid": all) */
  readonly method?: MethodName | undefined;
  /** Metric for the verdict. (default "accuracy"; "log-loss" for instructions) */
  readonly metric?: MetricName | undefined;
  /** Margin: loss of quality that is still adequate. (default 0.01 of accuracy, 0.02 nats of log loss) */
  readonly margin?: number | undefined;
  /** Confidence level for the intervals and the verdict. (default 0.95) */
  readonly confidence?: number | undefined;
  /** Condition on forgetting: the most that a retained text's log loss may rise by, on average, in nats. */
  readonly maxForgetting?: number | undefined;
  /**
   * Learning rate for AdamW; `auto` searches from the default. (default 0.0005; 0.003 for the model in
   * `@lorank/starter`)
   */
  readonly learningRate?: number | "auto" | undefined;
  /** Passes over the training texts; `auto` searches for them. (default 2) */
  readonly epochs?: number | "auto" | undefined;
  /** Layers that get an adapter; `auto` tries all, the attention's and the MLP's. (default "all-linear") */
  readonly targets?: TrainingSettings["targets"] | "auto" | undefined;
  /** Scaling rule; `auto` tries both. (default "lora") */
  readonly scaling?: ScalingRule | "auto" | undefined;
  /** Scaling numerator alpha, or `rank`; `auto` tries values around the default. (default 32) */
  readonly alpha?: number | "rank" | "auto" | undefined;
}

export type ComparisonSettings = Pick<
  SweepSettings,
  "ranks" | "arms" | "seeds" | "method" | keyof CheckChoices | "metric" | "margin" | "confidence"
>;

export function comparisonOf(
  settings: ComparisonSettings,
  defaultMetric: MetricName,
): Omit<Comparison, "name"> {
  const { ranks = sweepDefaults.ranks, method = sweepDefaults.method, metric = defaultMetric } = settings;
  return {
    ranks,
    seeds: seedsOf(settings),
    ...(method === "grid" ? {} : { method }),
    ...chosenChecks(settings),
    metric,
    margin: settings.margin ?? metricOf(metric).defaultMargin,
    confidence: settings.confidence ?? sweepDefaults.confidence,
  };
}

/**
 * Forgetting as an outcome beside the metric, if texts are retained. Throws E_CONFIG for a condition without texts, and for one
 * beside another method than the grid.
 */
function forgettingOf(settings: SweepSettings): Pick<Comparison, "secondary"> {
  const {
    retain,
    maxForgetting,
    method = sweepDefaults.method,
    optionName = (name: string) => name,
  } = settings;
  const isHeeded = maxForgetting === undefined || method === "grid";
  if (retain !== undefined && isHeeded) return { secondary: [forgettingOutcome(maxForgetting)] };
  if (maxForgetting === undefined) return {};
  const rule = isHeeded
    ? `absent without ${optionName("retain")}, the texts to measure it on`
    : `absent for ${optionName("method")} ${method}, which drops ranks by the metric alone`;
  throw new InputError("E_CONFIG", `${optionName("maxForgetting")} must be ${rule}, got ${maxForgetting}`);
}

export function seedsOf({ seeds = sweepDefaults.seeds }: Pick<SweepSettings, "seeds">): readonly number[] {
  return typeof seeds === "number" ? Array.from({ length: seeds }, (_, i) => sweepDefaults.seed + i) : seeds;
}

export function trainingOf(settings: SweepSettings): TrainingSettings {
  const searched = searchedKeys.filter((name) => settings[name] === "auto");
  return {
    ...settings,
    ...Object.fromEntries(searched.map((name) => [name, undefined])),
  } as TrainingSettings;
}

/**
 * Plans a sweep on prepared data. `test`: examples set aside for one score at the recommended rank. `arms`: compared in
 * place of ranks.
 */
export function planPrepared(
  settings: SweepSettings,
  {
    config,
    model,
    classes,
    examplesSha256,
    overlap,
    sharedSources,
    validationGroups,
  }: Pick<
    PreparedTraining,
    "config" | "model" | "classes" | "examplesSha256" | "overlap" | "sharedSources" | "validationGroups"
  >,
  test?: TestSet,
  arms?: readonly EngineArm[],
): SweepPlan {
  return planSweep({
    ...config,
    name: `${model.name} on ${config.data.name}`,
    ...(test === undefined ? {} : { test }),
    ...comparisonOf(settings, sweepDefaults.metric[config.task.kind]),
    ...forgettingOf(settings),
    ...(arms === undefined ? {} : { arms }),
    model,
    ...majorityShare(classes),
    ...(overlap === undefined ? {} : { overlap }),
    ...(sharedSources === undefined ? {} : { sharedSources }),
    ...(validationGroups === undefined ? {} : { validationGroups }),
    examplesSha256,
  });
}

/** Majority share: the largest class's share of the validation examples; absent for responses. */
function majorityShare(classes: PreparedTraining["classes"]): { majorityShare?: number } {
  if (classes === undefined) return {};
  const counts = classes.map(({ validation }) => validation);
  return { majorityShare: Math.max(...counts) / counts.reduce((sum, count) => sum + count, 0) };
}
