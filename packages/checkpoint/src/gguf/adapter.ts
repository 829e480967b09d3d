import { InputError } from "@lorank/core";
import { type ModelShape, targetLayers } from "@lorank/core/models";
import { type FloatTensorDType, fromFloat32 } from "../dtype.ts";
import { type LoraLayer, layerScaling, type PeftAdapter } from "../peft/adapter.ts";
import { assertPortable } from "../peft/forms.ts";
import { listed, quoted } from "../text.ts";
import { type EncodedGgufTensor, encodeGguf, type MetadataValue } from "./encode.ts";
import { FAMILIES } from "./families/families.ts";
import type { GgufFamily } from "./families/family.ts";
import { moduleInFile, redoRows, shapeProblem } from "./layout.ts";

export interface GgufAdapterOptions {
  /** Type to write for A and B (default F32, as in llama.cpp's converter). */
  readonly dtype?: FloatTensorDType;
  /** True to leave out layers trained whole, which the format cannot hold (default false: refuse them). */
  readonly dropHeads?: boolean;
}

export interface GgufAdapter {
  readonly bytes: Uint8Array;
  /** Architecture (`general.architecture`), which llama.cpp compares with the base's. */
  readonly architecture: string;
  readonly alpha: number;
  /** Layers whose scaling was multiplied into B, because it is not alpha / rank. */
  readonly folded: readonly string[];
}

/**
 * Adapter in llama.cpp's form, which scales each layer by one alpha over the layer's rank. Other scaling, from a
 * layer's own alpha or rsLoRA, is multiplied into B. B's rows are ordered as the base weight's.
 *
 * @param shape the base model's, from its `config.json`.
 * @throws InputError E_PEFT for a kind without such a form, trained heads, an unknown architecture, and layers that do
 * not fit. E_DTYPE for a value that `dtype` cannot hold.
 */
export function ggufAdapter(
  adapter: PeftAdapter,
  shape: ModelShape,
  { dtype = "F32", dropHeads = false }: GgufAdapterOptions = {},
): GgufAdapter {
  assertExpressible(adapter, dropHeads);
  const [architecture, family] = familyOf(shape);
  const place = placer(shape, architecture, family);
  const tensors = new Map<string, EncodedGgufTensor>();
  const folded: string[] = [];
  const problems: string[] = [];
  const add = (name: string, data: Float32Array, size: readonly number[]) =>
    tensors.set(name, { dtype, shape: size, bytes: fromFloat32(data, dtype, name) });
  for (const [path, layer] of adapter.layers) {
    const { name, rows, problem } = place(path, layer);
    if (problem !== undefined) {
      problems.push(`layer ${quoted(path)} ${problem}`);
      continue;
    }
    const { loraA, loraB } = layer;
    const factor = layerScaling(adapter, path) / (adapter.alpha / loraA.shape[0]);
    if (factor !== 1) folded.push(path);
    const scaled = factor === 1 ? loraB.data : loraB.data.map((value) => factor * value);
    add(`${name}.weight.lora_a`, loraA.data, loraA.shape);
    add(`${name}.weight.lora_b`, rows(scaled), loraB.shape);
  }
  if (problems.length > 0)
    throw new InputError("E_PEFT", `the adapter must fit llama.cpp's ${architecture}:\n${listed(problems)}`);
  const metadata = new Map<string, MetadataValue>([
    ["general.architecture", architecture],
    ["general.type", "adapter"],
    ["adapter.type", "lora"],
    ["adapter.lora.alpha", { float32: adapter.alpha }],
    ["general.file_type", { uint32: FILE_TYPES[dtype] }],
  ]);
  return { bytes: encodeGguf(metadata, tensors), architecture, alpha: adapter.alpha, folded };
}

// File type numbers. Source: LlamaFileType of the Python package "gguf" 0.19.
const FILE_TYPES: Readonly<Record<FloatTensorDType, number>> = { F32: 0, F16: 1, BF16: 32 };

function assertExpressible(adapter: PeftAdapter, dropHeads: boolean): void {
  assertPortable(adapter, "an adapter for llama.cpp");
  const { heads } = adapter;
  if (heads.size > 0 && !dropHeads)
    throw new InputError(
      "E_PEFT",
      `an adapter for llama.cpp must be without layers that were trained whole, got ${[...heads.keys()].map(quoted).join(", ")}\n` +
        "llama.cpp has no place for them, and a classifier cannot answer without its head. " +
        "Merge the adapter into its base instead; --drop-head leaves them out.",
    );
}

function familyOf({ modelType }: ModelShape): readonly [architecture: string, family: GgufFamily] {
  const found = [...FAMILIES].find(([, { modelTypes }]) => modelTypes.includes(modelType));
  if (found !== undefined) return found;
  const known = [...FAMILIES.values()].flatMap(({ modelTypes }) => modelTypes).join(", ");
  throw new InputError(
    "E_PEFT",
    `the base of an adapter for llama.cpp must be one of ${known}, got ${quoted(modelType)}`,
  );
}

interface LayerPlace {
  readonly name: string;
  readonly rows: (loraB: Float32Array) => Float32Array;
  readonly problem?: string;
}

function placer(shape: ModelShape, architecture: string, family: GgufFamily) {
  const sizes = new Map<string, readonly [rows: number, columns: number]>();
  for (const { path, outDim, inDim } of targetLayers(shape, "all-linear"))
    sizes.set(path.slice(shape.layersPath.length + 1), [outDim, inDim]);
  for (const { path, outDim, inDim } of shape.headLinears) sizes.set(path, [outDim, inDim]);

  return (path: string, { loraA, loraB }: LoraLayer): LayerPlace => {
    const none = (problem: string): LayerPlace => ({ name: "", rows: (values) => values, problem });
    const found = moduleInFile(path, family);
    if (found === undefined) return none(`must have a name in ${architecture}, got none`);
    const size = sizes.get(found.inLayers);
    if (size === undefined) return none("must be a linear layer of the base, which has no such layer");
    if (found.inLayers === "lm_head" && shape.tied)
      return none("must not be the output, which is the token embedding in this base");
    const own = [loraB.shape[0], loraA.shape[1]];
    if (`${own}` !== `${size}`) return none(`must be on a weight of shape [${size}], got [${own}]`);
    const transform = family.transform(`${found.local}.weight`, shape);
    const rule = shapeProblem(transform, size);
    if (rule !== undefined) return none(`must have ${rule}, got [${size}]`);
    return { name: found.name, rows: (values) => redoRows(transform, values, size[0]) };
  };
}
