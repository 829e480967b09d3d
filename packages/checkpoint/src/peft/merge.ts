import { firstOf, InputError } from "@lorank/core";
import { changedConfigText, dtypeMember } from "../config-text.ts";
import { type FloatTensorDType, isFloatTensorDType } from "../dtype.ts";
import type { JsonObject } from "../json.ts";
import { type Float32Tensor, type Shaped, transpose } from "../tensor.ts";
import { quoted } from "../text.ts";
import {
  classesOf,
  id2label,
  type LoraLayer,
  label2id,
  layerScaling,
  namesById,
  type PeftAdapter,
} from "./adapter.ts";

interface LayerMerge {
  readonly layer: LoraLayer;
  readonly scaling: number;
  /** True if the base stores the weight as `[in, out]`. */
  readonly transposed: boolean;
}

export interface MergePlan {
  readonly layers: ReadonlyMap<string, LayerMerge>;
  /** Trained heads by name of the base tensor that they replace, or by their own name if new. */
  readonly heads: ReadonlyMap<string, Float32Tensor>;
  /** Prefix to add to the base's tensor names beside a head's: `bert` for a bare encoder; empty if none. */
  readonly prefix: string;
}

/** Type and shape of a base tensor; in a GGUF the type may be quantised. */
export interface BaseTensor extends Shaped {
  readonly dtype: string;
}

const MOST_MISMATCHES = 500;

/**
 * Finds each layer's base tensor. `bert.` or `transformer.` may begin names in the adapter alone, or in the checkpoint
 * alone.
 *
 * @param readsAnyDType true if quantised tensors can be read too, as from a GGUF.
 * @throws InputError E_MERGE for a base in bitsandbytes' 4 bits, else listing every unfit layer and head.
 */
export function planMerge(
  base: ReadonlyMap<string, BaseTensor>,
  adapter: PeftAdapter,
  readsAnyDType = false,
): MergePlan {
  assertNotIn4bit(base);
  const problems: string[] = [];
  const find = finderOf(base);
  const layers = new Map<string, LayerMerge>();
  const prefixes = new Set<string>();
  for (const [path, layer] of adapter.layers) {
    const name = find(`${path}.weight`);
    const tensor = name === undefined ? undefined : base.get(name);
    if (name === undefined || tensor === undefined) {
      problems.push(`layer ${quoted(path)} must be in the base, which has no such weight`);
      continue;
    }
    const [rows, columns] = [layer.loraB.shape[0], layer.loraA.shape[1]];
    const is = (a: number, b: number) =>
      tensor.shape.length === 2 && tensor.shape[0] === a && tensor.shape[1] === b;
    const transposed = adapter.fanInFanOut && is(columns, rows); // GPT-2's lm_head is not transposed
    if (!transposed && !is(rows, columns)) {
      const form = adapter.fanInFanOut ? `[${columns},${rows}]` : `[${rows},${columns}]`;
      problems.push(
        `layer ${quoted(path)} must be on a weight of shape ${form}, got [${tensor.shape}] in the base`,
      );
    } else if (!readsAnyDType && !isFloatTensorDType(tensor.dtype)) {
      problems.push(
        `layer ${quoted(path)} must be on a weight of F32, F16 or BF16, got ${tensor.dtype} in the base`,
      );
    } else if (layers.has(name)) {
      problems.push(`layer ${quoted(path)} must be on a weight of its own, got ${quoted(name)} twice`);
    } else {
      layers.set(name, { layer, scaling: layerScaling(adapter, path), transposed });
      const module = name.slice(0, -".weight".length);
      if (path.endsWith(`.${module}`)) prefixes.add(path.slice(0, -module.length - 1));
    }
  }
  const heads = planHeads(base, adapter, find, problems);
  if (problems.length > 0) throw misfit(problems);
  const prefix = prefixes.size === 1 && heads.size > 0 ? [...prefixes][0]! : "";
  return { layers, heads, prefix };
}

/** Throws E_MERGE for a 4-bit base: its weights cannot take up changes below the distance between levels. */
function assertNotIn4bit(base: ReadonlyMap<string, unknown>): void {
  const state = [...base.keys()].find((name) => name.includes(".quant_state.bitsandbytes__"));
  if (state === undefined) return;
  const weight = state.slice(0, state.indexOf(".quant_state."));
  throw new InputError(
    "E_MERGE",
    `the base must be in 16 or 32 bits, got ${quoted(weight)} in 4 bits\n` +
      "Merge into the model that it was quantised from, or, with --into dequantized, into what its 4 bits say.",
  );
}

/** Finds the base's name for an adapter's: equal, without the first part, or with another tensor's first part. */
function finderOf(base: ReadonlyMap<string, unknown>): (name: string) => string | undefined {
  const firstParts = new Set<string>();
  for (const name of base.keys()) {
    if (name.includes(".")) firstParts.add(name.slice(0, name.indexOf(".")));
  }
  return (name) => {
    if (base.has(name)) return name;
    const rest = name.slice(name.indexOf(".") + 1);
    if (rest.includes(".") && base.has(rest)) return rest;
    const longer = [...firstParts]
      .map((part) => `${part}.${name}`)
      .filter((candidate) => base.has(candidate));
    return longer.length === 1 ? longer[0] : undefined;
  };
}

function planHeads(
  base: ReadonlyMap<string, BaseTensor>,
  { heads, taskType }: PeftAdapter,
  find: (name: string) => string | undefined,
  problems: string[],
): Map<string, Float32Tensor> {
  const planned = new Map<string, Float32Tensor>();
  for (const [name, head] of heads) {
    const own = find(name);
    const tensor = own === undefined ? undefined : base.get(own);
    // Classification heads may have another class count; every other tensor has one right shape.
    const resized = tensor !== undefined && `${tensor.shape}` !== `${head.shape}`;
    const freeRows = taskType === "SEQ_CLS" && `${tensor?.shape.slice(1)}` === `${head.shape.slice(1)}`;
    if (resized && !freeRows)
      problems.push(
        `head ${quoted(name)} must have shape [${tensor.shape}] as in the base, got [${head.shape}]`,
      );
    planned.set(own ?? name, head);
  }
  return planned;
}

function misfit(problems: readonly string[]): InputError {
  return new InputError(
    "E_MERGE",
    `the adapter must fit the base, got ${problems.length} ${problems.length === 1 ? "mismatch" : "mismatches"}:\n${firstOf(problems, MOST_MISMATCHES, "\n")}`,
  );
}

/**
 * Adds a layer's update to the base weight, in place: W + scaling·B·A. DoRA's magnitude m makes it m ∘ (W +
 * scaling·B·A) / ‖W + scaling·B·A‖, norm and m by output. Sums in float64, rounds once. Source: DoRA, equation 5,
 * https://arxiv.org/abs/2402.09353
 *
 * @param weight `[out, in]`, or `[in, out]` when `transposed`, as GPT-2's Conv1D stores it.
 */
export function mergeInPlace(
  weight: Float32Array,
  layer: LoraLayer,
  scaling: number,
  transposed: boolean,
): void {
  const { loraA, loraB, magnitude } = layer;
  const [rank, inDim] = loraA.shape;
  const outDim = loraB.shape[0];
  const [rows, columns] = transposed ? [inDim, outDim] : [outDim, inDim];
  const left = transposed ? transpose(loraA.data, rank, inDim) : loraB.data; // [rows, rank]
  const right = transposed ? transpose(loraB.data, outDim, rank) : loraA.data; // [rank, columns]

  const line = new Float64Array(columns);
  const sumLine = (row: number): void => {
    line.fill(0);
    for (let k = 0; k < rank; k++) {
      const factor = left[row * rank + k]!;
      if (factor === 0) continue;
      const start = k * columns;
      for (let j = 0; j < columns; j++) line[j]! += factor * right[start + j]!;
    }
    const start = row * columns;
    for (let j = 0; j < columns; j++) line[j] = weight[start + j]! + scaling * line[j]!;
  };

  const factors = magnitude && dividedByNorm(magnitude, rows, transposed, line, sumLine);
  for (let row = 0; row < rows; row++) {
    sumLine(row);
    if (factors !== undefined) {
      for (let j = 0; j < columns; j++) line[j]! *= factors[transposed ? j : row]!;
    }
    weight.set(line, row * columns);
  }
}

/** DoRA's factor per output, m / ‖W + scaling·B·A‖; 0 where the norm is 0, so that a zero row stays zero. */
function dividedByNorm(
  magnitude: Float32Array,
  rows: number,
  transposed: boolean,
  line: Float64Array,
  sumLine: (row: number) => void,
): Float64Array {
  const squares = new Float64Array(magnitude.length);
  for (let row = 0; row < rows; row++) {
    sumLine(row);
    for (let j = 0; j < line.length; j++) squares[transposed ? j : row]! += line[j]! ** 2;
  }
  return squares.map((square, output) => (square === 0 ? 0 : magnitude[output]! / Math.sqrt(square)));
}

const BACKBONE = /(ForCausalLM|LMHeadModel|ForMaskedLM|ForPreTraining|Model)$/;

/**
 * Config after a merge. A trained classification head brings the model class and labels; a trained output layer is
 * untied; `quantization_config` is removed for a dequantised base.
 */
export function mergedConfig(
  config: JsonObject,
  adapter: PeftAdapter,
  dtype: FloatTensorDType | undefined,
  dequantized = false,
): JsonObject {
  const merged: JsonObject = { ...config };
  if (dequantized) delete merged.quantization_config;
  const { heads, taskType } = adapter;
  const classes = taskType === "SEQ_CLS" ? classesOf(adapter) : undefined;
  if (classes !== undefined) describeClassifier(merged, classes, adapter.classNames);
  if ([...heads.keys()].some((name) => /(^|\.)lm_head\.weight$/.test(name)))
    merged.tie_word_embeddings = false;
  return Object.assign(merged, dtypeMember(config, dtype));
}

/** Config text after {@link mergedConfig}; members whose value stays are copied to the letter. */
export function mergedConfigText(
  text: string,
  adapter: PeftAdapter,
  dtype: FloatTensorDType | undefined,
  dequantized = false,
): string {
  return changedConfigText(text, (config) => mergedConfig(config, adapter, dtype, dequantized));
}

function describeClassifier(
  config: JsonObject,
  classes: number,
  classNames: readonly string[] | undefined,
): void {
  const [architecture] = Array.isArray(config.architectures) ? config.architectures : [];
  if (typeof architecture === "string")
    config.architectures = [architecture.replace(BACKBONE, "ForSequenceClassification")];
  const own = namesById(config.id2label);
  const names = classNames ?? (own?.length === classes ? own : unnamed(classes));
  config.num_labels = classes;
  config.id2label = id2label(names);
  config.label2id = label2id(names);
}

function unnamed(classes: number): string[] {
  return Array.from({ length: classes }, (_, i) => `LABEL_${i}`);
}
