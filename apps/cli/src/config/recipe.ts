import type { PeftAdapter } from "@lorank/checkpoint";
import { parseHubId } from "@lorank/checkpoint/hub";
import type { BaseQuantization, EngineSpec, LoraSpec, OptimizerSpec, TrialSpec } from "@lorank/core/results";

/** What is known of how an adapter is, or was, trained. Absent members are not known. */
export interface Recipe extends Partial<Omit<LoraSpec, "rank" | "dora">> {
  readonly rank: number;
  readonly dora?: boolean;
  readonly taskType?: "SEQ_CLS" | "CAUSAL_LM";
  readonly model?: string;
  readonly quantization?: BaseQuantization;
  readonly optimizer: Partial<OptimizerSpec>;
  /** Optimiser steps of the whole training. */
  readonly steps?: number;
  /** What no tool can be told, a sentence each. */
  readonly remarks: readonly string[];
}

export interface RecipeOptions {
  /** Optimiser steps of the trial, where they are known. */
  readonly steps?: number | undefined;
  /** What the trial made: it says what another trainer's spec does not. */
  readonly adapter?: PeftAdapter;
}

export function recipeOfSpec(spec: TrialSpec, { steps, adapter }: RecipeOptions = {}): Recipe {
  const { lora, optimizer } = spec;
  if ("trainer" in spec) {
    const known = adapter === undefined ? undefined : recipeOfAdapter(adapter);
    const rest = known === undefined ? "layers, dropout, batch and the rest" : "batch, schedule and the rest";
    const remarks = [`The sweep's own trainer decided what does not stand here (${rest}): see its files.`];
    return { ...known, ...lora, optimizer, remarks: [...remarks, ...(adapter ? layerRemarks(adapter) : [])] };
  }
  const { base, task } = spec;
  const isClassifier = task.kind === "classification";
  return {
    ...lora,
    dora: spec.lora.dora ?? false,
    taskType: isClassifier ? "SEQ_CLS" : "CAUSAL_LM",
    model: base.name,
    ...(base.quantization ? { quantization: base.quantization } : {}),
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
