import { InputError } from "@lorank/core";
import { type Float32Tensor, notFiniteProblem, type Shaped } from "../tensor.ts";
import { listed, quoted, shown } from "../text.ts";
import type { LoraLayer, Matrix, PeftAdapter } from "./adapter.ts";
import type { PeftConfig } from "./config.ts";
import { isInside } from "./pattern.ts";

// Prefix of adapter file keys: PeftModel holds the LoraModel as `base_model`, which holds the base model as `model`.
const PREFIX = "base_model.model.";
const A_SUFFIX = ".lora_A.weight";
const B_SUFFIX = ".lora_B.weight";
const MAGNITUDE_SUFFIX = ".lora_magnitude_vector";
const OLD_MAGNITUDE_SUFFIX = ".lora_magnitude_vector.weight"; // of some releases of PEFT, such as 0.11

/** Adapter file key for the base model's `name`: `model.layers.0.self_attn.q_proj.lora_A.weight`. */
export function peftKey(name: string): string {
  return PREFIX + name;
}

export interface AdapterParts<T extends Shaped> {
  readonly layers: ReadonlyMap<
    string,
    { readonly loraA: T; readonly loraB: T; readonly magnitude?: T | Float32Array }
  >;
  readonly heads: ReadonlyMap<string, T>;
}

export function peftTensors<T extends Shaped>(adapter: AdapterParts<T>): Map<string, T | Float32Tensor> {
  const tensors = new Map<string, T | Float32Tensor>();
  for (const [path, { loraA, loraB, magnitude }] of adapter.layers) {
    tensors.set(peftKey(path + A_SUFFIX), loraA);
    tensors.set(peftKey(path + B_SUFFIX), loraB);
    if (magnitude !== undefined) tensors.set(peftKey(path + MAGNITUDE_SUFFIX), vector(magnitude));
  }
  for (const [name, head] of adapter.heads) tensors.set(peftKey(name), head);
  return tensors;
}

function vector<T extends Shaped>(magnitude: T | Float32Array): T | Float32Tensor {
  return magnitude instanceof Float32Array ? { shape: [magnitude.length], data: magnitude } : magnitude;
}

export type TensorRules = Pick<PeftConfig, "dora" | "modulesToSave" | "rankOf" | "alphaOf">;

/**
 * Sorts an adapter file's tensors into layers and heads; tensors inside `modulesToSave` are heads. Throws E_PEFT
 * listing every unfit tensor, and every tensor with a non-finite value.
 */
export function layersAndHeads(
  tensors: ReadonlyMap<string, Float32Tensor>,
  rules: TensorRules,
  file: string,
): Pick<PeftAdapter, "layers" | "heads"> {
  const problems: string[] = [];
  const layers = new Map<string, LoraLayer>();
  const heads = new Map<string, Float32Tensor>();
  for (const [key, tensor] of tensors) {
    const notFinite = notFiniteProblem(tensor.data);
    if (notFinite !== undefined) problems.push(`${quoted(key)} ${notFinite}`);
    const name = key.startsWith(PREFIX) ? key.slice(PREFIX.length) : undefined;
    if (name === undefined) {
      problems.push(`${quoted(key)} must start with ${PREFIX}`);
    } else if (name.endsWith(A_SUFFIX)) {
      const path = name.slice(0, -A_SUFFIX.length);
      const layer = layerOf(path, tensors, rules, problems);
      if (layer !== undefined) layers.set(path, layer);
    } else if (partOfLayer(name) !== undefined) {
      const keyOfA = peftKey(partOfLayer(name) + A_SUFFIX);
      if (!tensors.has(keyOfA))
        problems.push(`${quoted(key)} must come with ${quoted(keyOfA)}, which is missing`);
    } else if (rules.modulesToSave.some((module) => isInside(name, module))) {
      heads.set(name, tensor);
    } else {
      problems.push(
        `${quoted(key)} must be lora_A, lora_B or inside a module of modules_to_save${hint(name)}`,
      );
    }
  }
  if (problems.length > 0) {
    throw new InputError("E_PEFT", `${file} holds tensors that do not fit:\n${listed(problems)}`);
  }
  return { layers, heads };
}

function partOfLayer(name: string): string | undefined {
  const suffix = [B_SUFFIX, MAGNITUDE_SUFFIX, OLD_MAGNITUDE_SUFFIX].find((ending) => name.endsWith(ending));
  return suffix && name.slice(0, -suffix.length);
}

function layerOf(
  path: string,
  tensors: ReadonlyMap<string, Float32Tensor>,
  { dora, rankOf, alphaOf }: TensorRules,
  problems: string[],
): LoraLayer | undefined {
  const [keyOfA, keyOfB] = [peftKey(path + A_SUFFIX), peftKey(path + B_SUFFIX)];
  const rank = rankOf(path);
  const loraA = matrix(keyOfA, tensors.get(keyOfA)!, "[rank, in]", 0, rank, problems);
  const tensorB = tensors.get(keyOfB);
  if (tensorB === undefined) {
    problems.push(`${quoted(keyOfA)} must come with ${quoted(keyOfB)}, which is missing`);
    return undefined;
  }
  const loraB = matrix(keyOfB, tensorB, "[out, rank]", 1, rank, problems);
  if (loraA === undefined || loraB === undefined) return undefined;
  const layer: LoraLayer = { loraA, loraB, alpha: alphaOf(path) };

  const keyOfMagnitude = peftKey(path + MAGNITUDE_SUFFIX);
  const magnitude = tensors.get(keyOfMagnitude) ?? tensors.get(peftKey(path + OLD_MAGNITUDE_SUFFIX));
  if (magnitude === undefined) {
    if (!dora) return layer;
    problems.push(
      `${quoted(keyOfA)} must come with ${quoted(keyOfMagnitude)} under use_dora, which is missing`,
    );
  } else if (!dora) {
    problems.push(`${quoted(keyOfMagnitude)} must come with use_dora true, got false`);
  } else if (magnitude.shape.length !== 1 || magnitude.shape[0] !== loraB.shape[0]) {
    problems.push(
      `${quoted(keyOfMagnitude)} must have shape [${loraB.shape[0]}], got ${shown(magnitude.shape)}`,
    );
  } else {
    return { ...layer, magnitude: magnitude.data };
  }
  return undefined;
}

function matrix(
  key: string,
  { shape, data }: Float32Tensor,
  form: string,
  rankAxis: 0 | 1,
  rank: number,
  problems: string[],
): Matrix | undefined {
  const [rows, columns] = shape;
  if (shape.length === 2 && rows !== undefined && columns !== undefined && shape[rankAxis] === rank) {
    return { shape: [rows, columns], data };
  }
  problems.push(`${quoted(key)} must have shape ${form} with rank ${rank}, got ${shown(shape)}`);
  return undefined;
}

function hint(name: string): string {
  if (name.includes(".lora_embedding_")) return " (LoRA on embeddings is not supported)";
  if (/\.lora_[AB]\..+\.weight$/.test(name)) return " (without an adapter name in the key)";
  if (/\.lora_[AB]\.bias$/.test(name)) return " (lora_bias is not supported)";
  return "";
}
