import { type LoraLayer, layerScaling, type Matrix, type PeftAdapter, parseHubId } from "@lorank/checkpoint";
import { firstOf, InputError, kindOf } from "@lorank/core";
import { targetLayers } from "@lorank/core/models";
import type { BaseWeights, EngineSpec, LoraSpec } from "@lorank/evidence/schema";
import { float32, floats, type Tensor } from "@lorank/graph";
import type { HeadModule } from "../families/family.ts";
import {
  type AdapterShape,
  isLoraName,
  type LoraShape,
  layerAlphas,
  loraAName,
  loraBName,
  magnitudeName,
} from "./shape.ts";

interface TrainedAdapter {
  readonly head: HeadModule;
  readonly spec: Pick<EngineSpec, "base" | "lora" | "task">;
  /** Base model's folder or `.gguf` file. */
  readonly modelPath: string;
  readonly trained: ReadonlyMap<string, Tensor>;
  /**
   * Longest training or validation text in tokens, recorded as the length at which texts are cut. (default: not
   * recorded)
   */
  readonly maxLength?: number | undefined;
}

/** PEFT adapter from trained tensors; a base without a hub name is recorded as `modelPath`. */
export function toPeftAdapter({ head, spec, modelPath, trained, maxLength }: TrainedAdapter): PeftAdapter {
  const { base, lora, task } = spec;
  const alphaOf = layerAlphas(lora);
  const layers = new Map<string, LoraLayer>();
  for (const { path } of targetLayers(head.shape, "all-linear")) {
    const [loraA, loraB] = [trained.get(loraAName(path)), trained.get(loraBName(path))];
    if (!loraA || !loraB) continue;
    const magnitude = trained.get(magnitudeName(path));
    layers.set(path, {
      loraA: matrix(loraA),
      loraB: matrix(loraB),
      alpha: alphaOf(path),
      ...(magnitude ? { magnitude: floats(magnitude) } : {}),
    });
  }
  const heads = [...trained].filter(([name]) => !isLoraName(name));
  return {
    rank: lora.rank,
    alpha: lora.alpha,
    scalingRule: lora.scalingRule,
    dropout: lora.dropout,
    dora: lora.dora === true,
    fanInFanOut: head.shape.linears.some(({ transposed }) => transposed === true),
    targetModules: lora.targetModules,
    taskType: task.kind === "classification" ? "SEQ_CLS" : "CAUSAL_LM",
    baseModel: placeOf(base, modelPath),
    ...(task.kind === "classification" ? { classNames: task.labels } : {}),
    ...(maxLength === undefined ? {} : { maxLength }),
    layers,
    heads: new Map(heads.map(([name, { shape, data }]) => [name, { shape, data: data as Float32Array }])),
    // `satisfies` makes a LoraSpec member without a place in PEFT's config a type error. Patterns are in `layers`.
  } satisfies PeftAdapter & Record<Exclude<keyof LoraSpec, "rankPattern" | "alphaPattern">, unknown>;
}

/** Base's hub id or path; empty for a random base. */
function placeOf({ kind, name }: BaseWeights, modelPath: string): string {
  if (kind === "random") return "";
  return parseHubId(name) ? name : modelPath;
}

interface LoadedAdapter {
  readonly shape: AdapterShape;
  readonly parameters: Map<string, Tensor>;
}

/** Reads a PEFT adapter for a model. Throws E_ADAPTER with every layer the model lacks or has in another shape. */
export function fromPeftAdapter(head: HeadModule, adapter: PeftAdapter): LoadedAdapter {
  const places = new Map(targetLayers(head.shape, "all-linear").map((layer) => [layer.path, layer]));
  const problems: string[] = [];
  const modules = new Map<string, LoraShape>();
  const parameters = new Map<string, Tensor>();
  for (const [path, layer] of adapter.layers) {
    const { loraA, loraB, magnitude } = layer;
    const place = places.get(path);
    if (place === undefined) problems.push(`the model has no layer ${path}`);
    else if (loraA.shape[1] !== place.inDim || loraB.shape[0] !== place.outDim) {
      const got = `[${loraB.shape[0]}, ${loraA.shape[1]}]`;
      problems.push(`${path} is [${place.outDim}, ${place.inDim}] in the model, got an update of ${got}`);
    }
    modules.set(path, { rank: loraA.shape[0], scaling: layerScaling(adapter, path) });
    parameters.set(loraAName(path), float32(loraA.shape, loraA.data));
    parameters.set(loraBName(path), float32(loraB.shape, loraB.data));
    if (magnitude) parameters.set(magnitudeName(path), float32([magnitude.length], magnitude));
  }
  problems.push(...headProblems(head, adapter));
  if (problems.length > 0) {
    const lines = firstOf(problems, problems.length === 6 ? 6 : 5, "\n");
    throw new InputError("E_ADAPTER", `the adapter must fit the model:\n${lines}`);
  }
  for (const [name, { shape, data }] of adapter.heads) parameters.set(name, float32(shape, data));
  return {
    shape: { dropout: adapter.dropout, hasMagnitudes: kindOf(adapter).hasMagnitudes, modules },
    parameters,
  };
}

function headProblems({ linears }: HeadModule, { heads }: PeftAdapter): string[] {
  const shapes = new Map<string, string>();
  for (const { path, inDim, outDim, bias } of linears) {
    shapes.set(`${path}.weight`, `[${outDim}, ${inDim}]`);
    if (bias) shapes.set(`${path}.bias`, `[${outDim}]`);
  }
  return [...heads].flatMap(([name, { shape }]) => {
    const expected = shapes.get(name);
    const got = `[${shape.join(", ")}]`;
    if (expected === undefined) return [`the model has no head tensor ${name}`];
    return expected === got ? [] : [`${name} is ${expected} in the model, got ${got}`];
  });
}

function matrix(tensor: Tensor): Matrix {
  const [rows, columns] = tensor.shape;
  return { shape: [rows!, columns!], data: floats(tensor) };
}
