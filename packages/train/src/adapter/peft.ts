import type { LoraLayer, Matrix, PeftAdapter } from "@lorank/checkpoint";
import type { LoraSpec, Task } from "@lorank/core";
import { float32, floats, type Tensor } from "@lorank/graph";
import { loraAName, loraBName } from "../model/block-program.ts";
import type { Family } from "../models/family.ts";

/** The trained tensors in PEFT's form. */
export function toPeftAdapter(
  family: Family,
  lora: LoraSpec,
  task: Task,
  baseModel: string,
  parameters: ReadonlyMap<string, Tensor>,
): PeftAdapter {
  const layers = new Map<string, LoraLayer>();
  for (let layer = 0; lora.rank > 0 && layer < family.layers; layer++) {
    for (const { path } of family.linears) {
      const name = `${family.blockPath(layer)}.${path}`;
      const [loraA, loraB] = [parameters.get(loraAName(name)), parameters.get(loraBName(name))];
      if (loraA && loraB) layers.set(name, { loraA: matrix(loraA), loraB: matrix(loraB), alpha: lora.alpha });
    }
  }
  const heads = new Map<string, Matrix>();
  if (task.kind === "classification")
    heads.set(family.classifier, matrix(parameters.get(family.classifier)!));
  return {
    rank: lora.rank,
    alpha: lora.alpha,
    scalingRule: lora.scalingRule,
    dropout: lora.dropout,
    dora: false,
    fanInFanOut: false,
    targetModules: lora.targetModules,
    taskType: task.kind === "classification" ? "SEQ_CLS" : "CAUSAL_LM",
    baseModel,
    layers,
    heads,
  };
}

/** The tensors of an adapter under the names that a model's graphs ask for. */
export function fromPeftAdapter(adapter: PeftAdapter): Map<string, Tensor> {
  const parameters = new Map<string, Tensor>();
  for (const [path, { loraA, loraB }] of adapter.layers) {
    parameters.set(loraAName(path), float32(loraA.shape, loraA.data));
    parameters.set(loraBName(path), float32(loraB.shape, loraB.data));
  }
  for (const [name, { shape, data }] of adapter.heads) parameters.set(name, float32(shape, data));
  return parameters;
}

function matrix(tensor: Tensor): Matrix {
  const [rows, columns] = tensor.shape;
  return { shape: [rows!, columns!], data: floats(tensor) };
}
