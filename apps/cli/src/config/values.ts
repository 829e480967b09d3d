import type { Recipe } from "./recipe.ts";

export type Value = string | number | boolean | readonly string[];

/** What a tool may have a key for, in words. */
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

/** A recipe as the tools divide it. What a tool does by itself when nothing is said is left out. */
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
