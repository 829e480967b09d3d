import { InputError } from "@lorank/core";
import type { BaseQuantization, MethodName, MetricName } from "@lorank/core/results";
import type { DataOptions } from "@lorank/train/data";
import { sweepDefaults as usual } from "../defaults.ts";
import type { SweepConfig, SweepLora } from "../plan/sweep-config.ts";

/** What a sweep is about: a model, data, the ranks to compare, and how they are trained. Defaults: `sweepDefaults`. */
export interface SweepSettings extends DataOptions {
  /** A folder with config.json and, unless the weights are random, the weights; or a `.gguf` file. */
  readonly model: string;
  /** The model's weights, or random ones of the same shapes as a control. (default "pretrained") */
  readonly weights?: "pretrained" | "random" | undefined;
  /** Keep the base's linear layers in 4 bits. (default: as the checkpoint has them) */
  readonly quantization?: BaseQuantization | undefined;
  /** Tokens of a text that are read. (default 96; 512 for instructions) */
  readonly maxLength?: number | undefined;
  /** Ranks to compare. (default 4, 8, 16, 32) */
  readonly ranks?: readonly number[] | undefined;
  /** How many seeds, or which ones. (default 5) */
  readonly seeds?: number | readonly number[] | undefined;
  /** Which trials of the grid are run. (default "grid": all of them) */
  readonly method?: MethodName | undefined;
  /** Also run the smallest and the largest rank at a third and three times the learning rate. (default false) */
  readonly robustness?: boolean | undefined;
  /** What the verdict rests on. (default "accuracy"; "log-loss" for instructions) */
  readonly metric?: MetricName | undefined;
  /** Loss of quality that is still adequate. (default 0.01 of accuracy, 0.02 nats of log loss) */
  readonly margin?: number | undefined;
  /** Confidence level of the intervals and the verdict. (default 0.95) */
  readonly confidence?: number | undefined;
  /** Numerator of the scaling at every rank; `rank` lets the step grow with the rank. (default 32) */
  readonly alpha?: number | "rank" | undefined;
  /** alpha / rank, or alpha / √rank. (default "lora") */
  readonly scaling?: SweepLora["scalingRule"] | undefined;
  /** (default 0) */
  readonly dropout?: number | undefined;
  /** Train a magnitude for each row of a weight too. (default false) */
  readonly dora?: boolean | undefined;
  /** Layers with an adapter. (default "all-linear") */
  readonly targets?: "all-linear" | readonly string[] | undefined;
  /** Learning rate of AdamW; `auto`: found by a search before the sweep. (default 0.0005) */
  readonly learningRate?: number | "auto" | undefined;
  /** The learning rate that a search begins with, and the one that is used where none is given. (default 0.0005) */
  readonly usualLearningRate?: number | undefined;
  /** LoRA+: B learns this many times as fast as A. (default 1) */
  readonly loraPlus?: number | undefined;
  /** (default "linear") */
  readonly schedule?: SweepConfig["optimizer"]["schedule"] | undefined;
  /** Share of the steps in which the learning rate rises. (default 0.06) */
  readonly warmup?: number | undefined;
  /** Passes over the training texts; `auto`: found by a search before the sweep. (default 2) */
  readonly epochs?: number | "auto" | undefined;
  /** Texts in one step. (default 8) */
  readonly batchSize?: number | undefined;
  /** Texts in one pass through the model. (default 8, or the batch) */
  readonly microBatch?: number | undefined;
  /** (default 0.01) */
  readonly weightDecay?: number | undefined;
  /** Largest gradient norm, 0 for none. (default 1) */
  readonly clip?: number | undefined;
  /** What matrix products are computed in, where the device has it. (default "float32") */
  readonly compute?: SweepConfig["compute"] | "float32" | undefined;
}

/** What errors and notes call a setting. */
export function named(
  { optionName = (option) => option }: SweepSettings,
  setting: keyof SweepSettings,
): string {
  return optionName(setting);
}

/** The seeds that are asked for: those of a list, or as many as a number says, from 1 on. */
export function seedsOf({ seeds = usual.seeds }: SweepSettings): readonly number[] {
  return typeof seeds === "number" ? Array.from({ length: seeds }, (_, i) => i + 1) : seeds;
}

export function loraOf(settings: SweepSettings, targetModules: readonly string[]): SweepLora {
  const {
    alpha = usual.alpha,
    scaling = usual.scaling,
    dropout = usual.dropout,
    dora = usual.dora,
  } = settings;
  return {
    alpha: alpha === "rank" ? { kind: "equal-to-rank" } : { kind: "fixed", alpha },
    scalingRule: scaling,
    dropout,
    ...(dora ? { dora } : {}),
    targetModules,
  };
}

/** @throws InputError `E_CONFIG` where the micro-batch does not divide the batch. */
export function optimizerOf(settings: SweepSettings): SweepConfig["optimizer"] {
  const { loraPlus = usual.loraPlus, usualLearningRate = usual.learningRate } = settings;
  return {
    name: "adamw",
    learningRate: numberIn(settings.learningRate) ?? usualLearningRate,
    ...(loraPlus === 1 ? {} : { loraPlusRatio: loraPlus }),
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    weightDecay: settings.weightDecay ?? usual.weightDecay,
    maxGradientNorm: settings.clip ?? usual.clip,
    schedule: settings.schedule ?? usual.schedule,
    warmupRatio: settings.warmup ?? usual.warmup,
    epochs: numberIn(settings.epochs) ?? usual.epochs,
    ...batchSizes(settings),
  };
}

function numberIn(value: number | "auto" | undefined): number | undefined {
  return value === "auto" ? undefined : value;
}

/** A batch that was made smaller than the usual micro-batch is passed in one piece, unless it is said how. */
function batchSizes(settings: SweepSettings): { batchSize: number; microBatchSize: number } {
  const { batchSize = usual.batchSize } = settings;
  const fitting = batchSize % usual.microBatch === 0 ? usual.microBatch : batchSize;
  const { microBatch: microBatchSize = fitting } = settings;
  if (batchSize % microBatchSize === 0) return { batchSize, microBatchSize };
  const [micro, batch] = [named(settings, "microBatch"), named(settings, "batchSize")];
  throw new InputError(
    "E_CONFIG",
    `${micro} must divide the ${batch} of ${batchSize}, got ${microBatchSize}`,
  );
}
