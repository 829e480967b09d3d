import type { PeftAdapter } from "@lorank/checkpoint";
import { parseHubId } from "@lorank/checkpoint/hub";
import type {
  BaseQuantization,
  EngineSpec,
  LoraSpec,
  OptimizerSpec,
  SpecMembers,
  TrialSpec,
} from "@lorank/core/results";

/** Settings with which an adapter is, or was, trained. Absent members are not known. */
export interface Recipe extends Partial<Omit<LoraSpec, "rank" | "dora">> {
  readonly rank: number;
  readonly dora?: boolean;
  readonly taskType?: "SEQ_CLS" | "CAUSAL_LM";
  readonly model?: string;
  readonly quantization?: BaseQuantization;
  readonly optimizer: Partial<OptimizerSpec>;
  /** Optimiser steps of the whole training. */
  readonly steps?: number;
  /** Sentences about what no tool has a key for. */
  readonly remarks: readonly string[];
}

export interface RecipeOptions {
  /** Optimiser steps of the trial, where they are known. */
  readonly steps?: number | undefined;
  /** Reads the trial's adapter, which says what another trainer's spec does not; undefined where there is none. */
  readonly readAdapter?: () => PeftAdapter | undefined;
}

export function recipeOfSpec(spec: TrialSpec, { steps, readAdapter }: RecipeOptions = {}): Recipe {
  const { lora, optimizer, base, task }: SpecMembers = spec;
  if (base === undefined || task === undefined) {
    const adapter = readAdapter?.();
    const known = adapter === undefined ? undefined : recipeOfAdapter(adapter);
    const rest = known === undefined ? "layers, dropout, batch and the rest" : "batch, schedule and the rest";
    const remarks = [`The sweep's own trainer decided what does not stand here (${rest}): see its files.`];
    return { ...known, ...lora, optimizer, remarks: [...remarks, ...(adapter ? layerRemarks(adapter) : [])] };
  }
  const { quantization, name } = base;
  return {
    ...lora,
    dora: lora.dora ?? false,
    taskType: task.kind === "classification" ? "SEQ_CLS" : "CAUSAL_LM",
    model: name,
    ...(quantization ? { quantization } : {}),
    optimizer,
    ...(steps === undefined ? {} : { steps }),
    remarks: baseRemarks(base),
  };
}

function baseRemarks({ kind, name }: EngineSpec["base"]): string[] {
  if (kind === "random")
    return [`The base was ${name} with random weights: such settings say little of a real model.`];
  return parseHubId(name)
    ? []
    : [`The sweep calls the model ${name}: write its folder or its id on the hub.`];
}

export function recipeOfAdapter(adapter: PeftAdapter): Recipe {
  const { rank, alpha, scalingRule, dropout, dora, targetModules, taskType, baseModel } = adapter;
  return {
    ...{ rank, alpha, scalingRule, dropout, dora, targetModules: targetModules.toSorted() },
    ...(taskType === "SEQ_CLS" || taskType === "CAUSAL_LM" ? { taskType } : {}),
    ...(baseModel === "" ? {} : { model: baseModel }),
    optimizer: {},
    remarks: [
      "An adapter does not say how it was trained: learning rate, epochs and batch are yours to choose.",
      ...layerRemarks(adapter),
    ],
  };
}

function layerRemarks({ rank, alpha, layers }: PeftAdapter): string[] {
  const differs = [...layers.values()].some(
    (layer) => layer.loraA.shape[0] !== rank || layer.alpha !== alpha,
  );
  return differs
    ? [
        "Some layers have a rank or an alpha of their own: see rank_pattern and alpha_pattern in adapter_config.json.",
      ]
    : [];
}

export type Value = string | number | boolean | readonly string[];

/** Values that a tool may have a key for, in words. */
export const valueNames = {
  model: "the model",
  rank: "the rank",
  alpha: "alpha",
  rslora: "rsLoRA's scaling (alpha / √rank)",
  dora: "DoRA",
  dropout: "dropout",
  targets: "layers",
  taskType: "the task",
  optimizer: "the optimiser",
  learningRate: "the learning rate",
  epochs: "epochs",
  microBatch: "texts in one pass",
  accumulation: "passes in one step",
  warmup: "warm-up",
  schedule: "the schedule",
  weightDecay: "weight decay",
  clip: "a largest gradient norm",
  loraPlus: "LoRA+'s ratio",
} as const;

export type ValueName = keyof typeof valueNames;
export type Values = { readonly [Name in ValueName]?: Value | undefined };

/** Divides a recipe as the tools do. Defaults of the tools are left out. */
export function valuesOf(recipe: Recipe): Values {
  const { rank, alpha, scalingRule, dora, dropout, targetModules, taskType, model, optimizer } = recipe;
  const { name, learningRate, epochs, batchSize, microBatchSize, warmupRatio, schedule } = optimizer;
  return {
    ...{ model, taskType, rank, alpha, dropout, learningRate, epochs },
    rslora: scalingRule === undefined ? undefined : scalingRule === "rslora",
    dora,
    targets: targetModules,
    // AdamW's other numbers are those of torch and transformers.
    optimizer: name && "adamw_torch",
    microBatch: microBatchSize,
    accumulation: batchSize && microBatchSize && batchSize / microBatchSize,
    warmup: warmupRatio,
    schedule: schedule === "constant" && warmupRatio ? "constant_with_warmup" : schedule,
    weightDecay: optimizer.weightDecay,
    clip: optimizer.maxGradientNorm,
    loraPlus: optimizer.loraPlusRatio,
  };
}
