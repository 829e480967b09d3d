import { InputError } from "@lorank/core";
import {
  type FloatTensorDType,
  fromFloat32,
  isFloatTensorDType,
  isTensorDType,
  type TensorDType,
  tensorByteLength,
} from "../dtype.ts";
import { modelWeights } from "../model/model.ts";
import { isGgufPath } from "../path.ts";
import type { PeftAdapter } from "../peft/adapter.ts";
import { type BaseTensor, type MergePlan, mergedConfigText, mergeInPlace, planMerge } from "../peft/merge.ts";
import { notFiniteProblem, type TensorSource } from "../tensor.ts";
import { quoted } from "../text.ts";
import { groupByFile, modelAt, readConfigText } from "./model-folder.ts";
import type { TensorProgress } from "./rewrite-model.ts";
import type { PlannedTensor } from "./safetensors-file.ts";
import { type WrittenModel, writeModel } from "./write-model.ts";

export interface MergeOptions {
  /** Base model folder or `.gguf` file. */
  readonly base: string;
  readonly adapter: PeftAdapter;
  readonly out: string;
  /** Type to write for all floating-point weights (default: each tensor's own; F32 for a GGUF). */
  readonly dtype?: FloatTensorDType;
  readonly force?: boolean;
  /**
   * Replaces the weights to merge into, such as by dequantised weights; the result is in 16 or 32 bits, without
   * `quantization_config`. (default: the base's tensors)
   */
  readonly readThrough?: (weights: TensorSource) => MergeWeights;
  /** Further folders that are read, so `out` may not contain them. */
  readonly sources?: readonly string[];
  readonly onTensor?: (progress: TensorProgress) => void;
}

/** Weights to merge into: a {@link TensorSource}, or a view of it. */
export interface MergeWeights {
  readonly tensors: ReadonlyMap<string, { readonly dtype: string; readonly shape: readonly number[] }>;
  readFloat32(name: string): Float32Array;
  readBytes(name: string): Uint8Array;
}

export interface MergeSummary extends WrittenModel {
  /** Count of weights to which an update was added. */
  readonly merged: number;
  /** Head tensor names: trained tensors that replaced a base tensor or were added. */
  readonly heads: readonly string[];
  /** Prefix added to a bare encoder's tensor names, so that they stand beside a head's; empty if none. */
  readonly prefix: string;
}

interface OutputTensor extends PlannedTensor {
  /** Tensor name in the base; undefined for a new head. */
  readonly source: string | undefined;
}

/** Head tensors' names in a checkpoint: these get no backbone prefix. */
const OUTSIDE_BACKBONE = /^(lm_head|cls|classifier|score|qa_outputs)\./;

/**
 * Writes a model with an adapter folded into the weights: see `mergeInPlace`. Needs memory for one tensor; shards as
 * the base; copies the other model files. The folder appears when it is whole.
 *
 * @throws InputError E_MERGE listing all misfits, or naming a non-finite merged value. E_OUT for a folder in the way,
 * E_MODEL and the like for a broken base, E_DTYPE when a merged value does not fit the type. Nothing is left then.
 */
export function mergeAdapter(options: MergeOptions): MergeSummary {
  const { base, adapter, out, force = false, sources = [], onTensor } = options;
  const isGguf = isGgufPath(base);
  const dtype = options.dtype ?? (isGguf ? "F32" : undefined);
  const config = readConfigText(base);
  const source = modelWeights(modelAt(base));
  try {
    const weights = options.readThrough?.(source) ?? source;
    const asFloats = isGguf || weights !== source;
    const plan = planMerge(weights.tensors, adapter, isGguf);
    const tensors = outputTensors(weights.tensors, plan, dtype);
    const files = groupByFile(
      base,
      [...tensors].map(([name, { source }]) => [name, source] as const),
    );
    const bytes = [...tensors.values()].reduce(
      (sum, { shape, dtype }) => sum + (tensorByteLength(shape, dtype) ?? 0),
      0,
    );
    const text = mergedConfigText(config, adapter, dtype, weights !== source);
    let done = 0;
    const written = writeModel({ base, out, force, sources, bytes, config: text }, files, (name) => {
      const tensor = tensors.get(name)!;
      const read = () => {
        onTensor?.({ done: done++, total: tensors.size, name });
        return bytesOf(name, tensor, weights, plan, asFloats);
      };
      return [[name, { ...tensor, read }]];
    });
    return { ...written, merged: plan.layers.size, heads: [...adapter.heads.keys()], prefix: plan.prefix };
  } finally {
    source.close();
  }
}

function outputTensors(
  base: ReadonlyMap<string, BaseTensor>,
  plan: MergePlan,
  dtype: FloatTensorDType | undefined,
): Map<string, OutputTensor> {
  const tensors = new Map<string, OutputTensor>();
  const typeOf = (own: string): TensorDType => {
    if (!isTensorDType(own)) return dtype ?? "F32"; // quantised in a GGUF
    return dtype !== undefined && isFloatTensorDType(own) ? dtype : own;
  };
  for (const [source, { shape, dtype: own }] of base) {
    const name = plan.prefix === "" || OUTSIDE_BACKBONE.test(source) ? source : `${plan.prefix}.${source}`;
    tensors.set(name, { shape: plan.heads.get(source)?.shape ?? shape, dtype: typeOf(own), source });
  }
  const common = [...plan.layers.keys()].map((name) => base.get(name)!.dtype)[0] ?? "F32";
  for (const [name, { shape }] of plan.heads) {
    if (!base.has(name)) tensors.set(name, { shape, dtype: typeOf(common), source: undefined });
  }
  return tensors;
}

function bytesOf(
  name: string,
  { source, dtype }: OutputTensor,
  weights: MergeWeights,
  plan: MergePlan,
  asFloats: boolean,
): Uint8Array {
  const head = plan.heads.get(source ?? name);
  if (head !== undefined) return finiteBytes(head.data, dtype, name);
  const own = weights.tensors.get(source!)!.dtype;
  const merge = plan.layers.get(source!);
  const isStored = own === dtype && !(asFloats && isFloatTensorDType(dtype));
  if (merge === undefined && isStored) return weights.readBytes(source!);
  const values = weights.readFloat32(source!);
  if (merge === undefined) return fromFloat32(values, floatType(dtype), name);
  mergeInPlace(values, merge.layer, merge.scaling, merge.transposed);
  return finiteBytes(values, dtype, name);
}

function finiteBytes(values: Float32Array, dtype: TensorDType, name: string): Uint8Array {
  const problem = notFiniteProblem(values);
  if (problem === undefined) return fromFloat32(values, floatType(dtype), name);
  throw new InputError("E_MERGE", `merged tensor ${quoted(name)} ${problem}`);
}

function floatType(dtype: TensorDType): FloatTensorDType {
  if (isFloatTensorDType(dtype)) return dtype;
  throw new Error(`a merged tensor cannot be ${dtype}`); // refused by the plan
}
