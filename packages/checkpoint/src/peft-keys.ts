import { InputError } from "@lorank/core";
import type { LoraLayer, Matrix, PeftAdapter } from "./peft-adapter.ts";
import type { Shaped, Tensor } from "./safetensors-file.ts";
import { listed, quoted, shown } from "./text.ts";

// PeftModel holds the LoraModel as `base_model`, and that holds the base model as `model`.
const PREFIX = "base_model.model.";
const A_SUFFIX = ".lora_A.weight";
const B_SUFFIX = ".lora_B.weight";

/** The parts of an adapter that its file holds; of the shapes alone its size is known. */
export interface AdapterParts<T extends Shaped> {
  readonly layers: ReadonlyMap<string, { readonly loraA: T; readonly loraB: T }>;
  readonly heads: ReadonlyMap<string, T>;
}

/** The tensors of `adapter_model.safetensors` under their PEFT keys. */
export function peftTensors<T extends Shaped>(adapter: AdapterParts<T>): Map<string, T> {
  const tensors = new Map<string, T>();
  for (const [path, { loraA, loraB }] of adapter.layers) {
    tensors.set(PREFIX + path + A_SUFFIX, loraA);
    tensors.set(PREFIX + path + B_SUFFIX, loraB);
  }
  for (const [name, head] of adapter.heads) tensors.set(PREFIX + name, head);
  return tensors;
}

/**
 * Sorts the tensors of an adapter file into layers and heads.
 *
 * @param modulesToSave modules trained whole; a tensor inside one of them is a head.
 * @throws InputError E_PEFT listing every tensor that does not fit.
 */
export function layersAndHeads(
  tensors: ReadonlyMap<string, Tensor>,
  rank: number,
  modulesToSave: readonly string[],
  file: string,
): Pick<PeftAdapter, "layers" | "heads"> {
  const problems: string[] = [];
  const layers = new Map<string, LoraLayer>();
  const heads = new Map<string, Tensor>();
  for (const [key, tensor] of tensors) {
    const name = key.startsWith(PREFIX) ? key.slice(PREFIX.length) : undefined;
    if (name === undefined) {
      problems.push(`${quoted(key)} must start with ${PREFIX}`);
    } else if (name.endsWith(A_SUFFIX)) {
      const path = name.slice(0, -A_SUFFIX.length);
      const loraA = matrix(key, tensor, "[rank, in]", 0, rank, problems);
      const keyOfB = PREFIX + path + B_SUFFIX;
      const tensorB = tensors.get(keyOfB);
      if (tensorB === undefined) {
        problems.push(`${quoted(key)} must come with ${quoted(keyOfB)}, which is missing`);
        continue;
      }
      const loraB = matrix(keyOfB, tensorB, "[out, rank]", 1, rank, problems);
      if (loraA !== undefined && loraB !== undefined) layers.set(path, { loraA, loraB });
    } else if (name.endsWith(B_SUFFIX)) {
      const keyOfA = PREFIX + name.slice(0, -B_SUFFIX.length) + A_SUFFIX;
      if (!tensors.has(keyOfA))
        problems.push(`${quoted(key)} must come with ${quoted(keyOfA)}, which is missing`);
    } else if (modulesToSave.some((module) => isInside(name, module))) {
      heads.set(name, tensor);
    } else {
      problems.push(
        `${quoted(key)} must be lora_A, lora_B or inside a module of modules_to_save${hint(name)}`,
      );
    }
  }
  if (problems.length > 0) {
    throw new InputError(
      "E_PEFT",
      `${file} holds tensors that do not fit (rank ${rank}):\n${listed(problems)}`,
    );
  }
  return { layers, heads };
}

/** PEFT matches module names by their last parts: `score` is `score` and `model.score`, not `underscore`. */
export function matchesModule(path: string, module: string): boolean {
  return path === module || path.endsWith(`.${module}`);
}

/** True when the tensor `name` belongs to a module called `module`, or to one inside it. */
export function isInside(name: string, module: string): boolean {
  const parts = name.split(".");
  for (let length = parts.length - 1; length > 0; length--) {
    if (matchesModule(parts.slice(0, length).join("."), module)) return true;
  }
  return false;
}

function matrix(
  key: string,
  { shape, data }: Tensor,
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
  if (name.includes(".lora_magnitude_vector")) return " (this one is of DoRA, which is not supported)";
  if (name.includes(".lora_embedding_")) return " (LoRA on embeddings is not supported)";
  if (/\.lora_[AB]\..+\.weight$/.test(name)) return " (without an adapter name in the key)";
  if (/\.lora_[AB]\.bias$/.test(name)) return " (lora_bias is not supported)";
  return "";
}
