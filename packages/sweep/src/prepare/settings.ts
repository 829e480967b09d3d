import { type MethodName, type MetricName, metrics, type TestSet } from "@lorank/core/results";
import type { PreparedTraining, TrainingSettings } from "@lorank/train";
import { sweepDefaults as usual } from "../defaults.ts";
import { type CheckChoices, chosenChecks } from "../plan/checks.ts";
import { planSweep, type SweepPlan } from "../plan/plan.ts";
import type { Comparison } from "../plan/sweep-config.ts";

/** What a sweep is about: a model, data, the ranks to compare, and how they are trained. Defaults: `sweepDefaults`. */
export interface SweepSettings extends Omit<TrainingSettings, "learningRate" | "epochs">, CheckChoices {
  /** Ranks to compare. (default 4, 8, 16, 32) */
  readonly ranks?: readonly number[] | undefined;
  /** How many seeds, or which ones. (default 5) */
  readonly seeds?: number | readonly number[] | undefined;
  /** Which trials of the grid are run. (default "grid": all of them) */
  readonly method?: MethodName | undefined;
  /** What the verdict rests on. (default "accuracy"; "log-loss" for instructions) */
  readonly metric?: MetricName | undefined;
  /** Loss of quality that is still adequate. (default 0.01 of accuracy, 0.02 nats of log loss) */
  readonly margin?: number | undefined;
  /** Confidence level of the intervals and the verdict. (default 0.95) */
  readonly confidence?: number | undefined;
  /**
   * Learning rate of AdamW; `auto`: found by a search before the sweep, from the default. (default 0.0005; 0.003 for the
   * model of `@lorank/starter`)
   */
  readonly learningRate?: number | "auto" | undefined;
  /** Passes over the training texts; `auto`: found by a search before the sweep. (default 2) */
  readonly epochs?: number | "auto" | undefined;
}

/** What of it is the same whoever trains. */
export type ComparisonSettings = Pick<
  SweepSettings,
  "ranks" | "seeds" | "method" | keyof CheckChoices | "metric" | "margin" | "confidence"
>;

/** What is compared and how it is decided, with every default filled in. */
export function comparisonOf(
  settings: ComparisonSettings,
  usualMetric: MetricName,
): Omit<Comparison, "name"> {
  const { ranks = usual.ranks, method = usual.method, metric = usualMetric } = settings;
  return {
    ranks,
    seeds: seedsOf(settings),
    ...(method === "grid" ? {} : { method }),
    ...chosenChecks(settings),
    metric,
    margin: settings.margin ?? metrics[metric].defaultMargin,
    confidence: settings.confidence ?? usual.confidence,
  };
}

/** The seeds that are asked for: those of a list, or as many as a number says. */
export function seedsOf({ seeds = usual.seeds }: Pick<SweepSettings, "seeds">): readonly number[] {
  return typeof seeds === "number" ? Array.from({ length: seeds }, (_, i) => usual.seed + i) : seeds;
}

/** How each trial is trained: where a search decides, with the default that it begins with. */
export function trainingOf(settings: SweepSettings): TrainingSettings {
  const { learningRate, epochs } = settings;
  return { ...settings, learningRate: numberIn(learningRate), epochs: numberIn(epochs) };
}

function numberIn(value: number | "auto" | undefined): number | undefined {
  return value === "auto" ? undefined : value;
}

/** Plans what {@link PreparedTraining} has made ready. `test`: the examples that are set aside for one score. */
export function planPrepared(
  settings: SweepSettings,
  { config, model, classes, overlap }: Pick<PreparedTraining, "config" | "model" | "classes" | "overlap">,
  test?: TestSet,
): SweepPlan {
  return planSweep({
    ...config,
    name: `${model.name} on ${config.data.name}`,
    ...(test === undefined ? {} : { test }),
    ...comparisonOf(settings, usual.metric[config.task.kind]),
    model,
    ...majorityShare(classes),
    ...(overlap === undefined ? {} : { overlap }),
  });
}

/** Share of the largest class among the validation examples; responses have no classes, so nothing. */
function majorityShare(classes: PreparedTraining["classes"]): { majorityShare?: number } {
  if (classes === undefined) return {};
  const counts = classes.map(({ validation }) => validation);
  return { majorityShare: Math.max(...counts) / counts.reduce((sum, count) => sum + count, 0) };
}
