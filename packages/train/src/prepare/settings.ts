import { sha256Hex } from "@lorank/checkpoint/sha256";
import { InputError, type KindChoice, kindOf, type ScalingRule, withMembers } from "@lorank/core";
import { groupNames, type ModelShape, type TargetGroup, targetNames } from "@lorank/core/models";
import type {
  AnswersSpec,
  BaseQuantization,
  EngineSpec,
  ObservationSettings,
  OptimizerSpec,
  Task,
} from "@lorank/evidence/schema";
import { parseMetric } from "@lorank/judge";
import type { ReadData } from "@lorank/tables";
import { type DataOptions, lastPart, optionNamed } from "../data/data-options.ts";
import { trainDefaults as defaults } from "../defaults.ts";
import { type RetainedTexts, readRetainedTexts } from "../retain/retained-texts.ts";
import { alphaRule, type LoraSettings, patternLists } from "../spec.ts";

export interface AnswerSettings {
  readonly metric: string;
  /** Most tokens per answer. (default 64) */
  readonly maxNewTokens?: number | undefined;
}

/** Training settings for an adapter at any rank and seed. Defaults: `trainDefaults`. */
export interface TrainingSettings extends DataOptions, KindChoice, ObservationSettings {
  /** Model folder with config.json and, unless random, weights; or a `.gguf` file. */
  readonly model: string;
  /** Pretrained weights, or random weights as a control. (default "pretrained") */
  readonly weights?: "pretrained" | "random" | undefined;
  /** Quantise the base to 4 bits. (default: as in the checkpoint) */
  readonly quantization?: BaseQuantization | undefined;
  /** Token limit per example, prompt and response together; the end is cut off. (default 96; 512 for instructions) */
  readonly maxLength?: number | undefined;
  /** Scaling numerator alpha, or `rank` to equal the rank. (default 32) */
  readonly alpha?: number | "rank" | undefined;
  /** Scaling rule: alpha / rank, or alpha / √rank. (default "lora") */
  readonly scaling?: ScalingRule | undefined;
  /** Dropout probability on adapter inputs. (default 0) */
  readonly dropout?: number | undefined;
  /** Linear layers that get an adapter: all, a part of the blocks, or names. (default "all-linear") */
  readonly targets?: "all-linear" | TargetGroup | readonly string[] | undefined;
  /**
   * Ranks of single layers by pattern, as PEFT's `rank_pattern`: a regular expression for a layer's path, or for what
   * follows a dot in it. The first match wins. An alpha of `rank` follows each layer's own. (default: one rank for all)
   */
  readonly rankPattern?: Readonly<Record<string, number>> | undefined;
  /** Alphas of single layers, as PEFT's `alpha_pattern`; patterns as in `rankPattern`. (default: one alpha for all) */
  readonly alphaPattern?: Readonly<Record<string, number>> | undefined;
  /** Peak learning rate. (default 0.0005; 0.003 for the model of `@lorank/starter`) */
  readonly learningRate?: number | undefined;
  /** LoRA+: B learns this many times as fast as A. (default 1) */
  readonly loraPlus?: number | undefined;
  /** Learning rate schedule after the warm-up. (default "linear") */
  readonly schedule?: OptimizerSpec["schedule"] | undefined;
  /** Warm-up's share of all optimiser steps. (default 0.06) */
  readonly warmup?: number | undefined;
  /** Passes over the training examples. (default 2) */
  readonly epochs?: number | undefined;
  /** Examples per optimiser step. (default 8) */
  readonly batchSize?: number | undefined;
  /** Examples per pass through the model. (default 8, or the batch) */
  readonly microBatch?: number | undefined;
  /** Weight decay. (default 0.01) */
  readonly weightDecay?: number | undefined;
  /** Largest gradient norm (L2); larger gradients are scaled down to it. 0 never scales. (default 1) */
  readonly clip?: number | undefined;
  /**
   * Generate answers and judge them by a metric from `@lorank/judge`, such as `equals` or `file:judge.js`; instructions
   * only. (default: none; tokens are compared)
   */
  readonly answers?: AnswerSettings | undefined;
  /**
   * General texts, on which the change of log loss from the base's is measured; with a language-model head only. A file
   * (plain text or a table), or the texts. (default: none)
   */
  readonly retain?: string | RetainedTexts | undefined;
  /** Compute type for matrix products, if the device has it. (default "float32") */
  readonly compute?: EngineSpec["compute"] | "float32" | undefined;
}

/**
 * Adapter settings for any rank.
 * @throws InputError `E_CONFIG` for a pattern of digits alone.
 */
export function loraOf(settings: TrainingSettings, targetModules: readonly string[]): LoraSettings {
  const { alpha = defaults.alpha, scaling = defaults.scaling, dropout = defaults.dropout } = settings;
  const lora = withMembers<Omit<LoraSettings, keyof KindChoice>>({
    alpha: alphaRule(alpha),
    scalingRule: scaling,
    dropout,
    targetModules: targetModules.toSorted(),
    ...patternLists(settings, (name) => optionNamed(settings, name)),
  });
  return { ...lora, ...kindOf(settings).members };
}

/** Layer names of the adapter for `settings`, in a model with this shape. */
export function targetModulesOf(
  { targets = defaults.targets }: Pick<TrainingSettings, "targets">,
  shape: ModelShape,
): readonly string[] {
  if (typeof targets !== "string") return targets;
  return targets === "all-linear" ? targetNames(shape) : groupNames(shape, targets);
}

/** Reads a judge file. Throws InputError `E_JUDGE` if unreadable or without a function. */
export type ReadJudge = (path: string) => Promise<Uint8Array>;

/**
 * Spec for generating and judging answers, and a judge file's bytes; empty without `answers`.
 * @throws InputError `E_CONFIG` for data without responses, `E_METRIC` if no file can be read here, and as `readJudge`.
 */
export async function answersOf(
  settings: TrainingSettings,
  task: Task["kind"],
  readJudge: ReadJudge | undefined,
): Promise<{ readonly answers?: AnswersSpec; readonly judge?: Uint8Array }> {
  const { answers } = settings;
  if (answers === undefined) return {};
  const { metric, maxNewTokens = defaults.maxNewTokens } = answers;
  const name = optionNamed(settings, "metric");
  if (task !== "causal-lm") {
    const rule = "accuracy or log-loss where classes are learned, which have no answers";
    throw new InputError("E_CONFIG", `${name} must be ${rule}, got ${metric}`);
  }
  const parsed = parseMetric(metric);
  if (parsed.kind === "built-in") return { answers: { metric, maxNewTokens } };
  if (readJudge === undefined)
    throw new InputError("E_METRIC", `${name} must be built in where no file can be read, got ${metric}`);
  const judge = await readJudge(parsed.path);
  const named = `${parsed.isInverse ? "not-" : ""}file:${lastPart(parsed.path)}`;
  return { answers: { metric: named, sha256: sha256Hex(judge), maxNewTokens }, judge };
}

/**
 * Retained texts of the settings, if any.
 * @throws InputError `E_CONFIG` for a task that trains a head, and as {@link readRetainedTexts}.
 */
export async function retainedOf(
  settings: TrainingSettings,
  task: Task["kind"],
  readData: ReadData,
): Promise<RetainedTexts | undefined> {
  const { retain } = settings;
  if (retain === undefined) return undefined;
  if (task === "causal-lm") return typeof retain === "string" ? readRetainedTexts(retain, readData) : retain;
  const rule = "absent where classes are learned: forgetting needs a base with a language-model head";
  const got = typeof retain === "string" ? retain : retain.name;
  throw new InputError("E_CONFIG", `${optionNamed(settings, "retain")} must be ${rule}, got ${got}`);
}

/**
 * Optimiser spec from settings.
 * @throws InputError `E_CONFIG` if the micro-batch does not divide the batch.
 */
export function optimizerOf(settings: TrainingSettings): OptimizerSpec {
  const { loraPlus = defaults.loraPlus } = settings;
  return withMembers<OptimizerSpec>({
    name: "adamw",
    learningRate: settings.learningRate ?? defaults.learningRate,
    loraPlusRatio: loraPlus === 1 ? undefined : loraPlus,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    weightDecay: settings.weightDecay ?? defaults.weightDecay,
    maxGradientNorm: settings.clip ?? defaults.clip,
    schedule: settings.schedule ?? defaults.schedule,
    warmupRatio: settings.warmup ?? defaults.warmup,
    epochs: settings.epochs ?? defaults.epochs,
    ...batchSizes(settings),
  });
}

/** A batch the default micro-batch does not divide is one micro-batch. */
function batchSizes(settings: TrainingSettings): { batchSize: number; microBatchSize: number } {
  const { batchSize = defaults.batchSize } = settings;
  const fitting = batchSize % defaults.microBatch === 0 ? defaults.microBatch : batchSize;
  const { microBatch: microBatchSize = fitting } = settings;
  if (batchSize % microBatchSize === 0) return { batchSize, microBatchSize };
  const [micro, batch] = [optionNamed(settings, "microBatch"), optionNamed(settings, "batchSize")];
  throw new InputError(
    "E_CONFIG",
    `${micro} must divide the ${batch} of ${batchSize}, got ${microBatchSize}`,
  );
}
