import { changedConfigText, dtypeMember } from "../config-text.ts";
import {
  type FloatTensorDType,
  fromFloat32,
  isFloatTensorDType,
  type TensorDType,
  tensorByteLength,
} from "../dtype.ts";
import type { JsonObject } from "../json.ts";
import { modelWeights } from "../model/model.ts";
import { isGgufPath } from "../path.ts";
import type { TensorSource } from "../tensor.ts";
import { groupByFile, modelAt, readConfigText } from "./model-folder.ts";
import type { PlannedTensor } from "./safetensors-file.ts";
import { type Part, type ScratchFile, type WrittenModel, writeModel } from "./write-model.ts";

/** Tensor to write: type, shape, and bytes, little-endian, row-major. */
export interface EncodedTensor extends PlannedTensor {
  readonly bytes: Uint8Array;
}

export interface RewriteOptions {
  /** Base model folder or `.gguf` file. */
  readonly base: string;
  readonly out: string;
  /** Tensors to write in place of a base tensor, by name; undefined keeps it. Called once per tensor, in file order. */
  readonly replace: (name: string, weights: TensorSource) => ReadonlyMap<string, EncodedTensor> | undefined;
  /** Byte count of a tensor's replacements, where known. */
  readonly replacedBytes?: (name: string) => number | undefined;
  /** Members to set in `config.json`. */
  readonly config?: JsonObject;
  /** Type to write for the remaining floating-point tensors (default: each tensor's own; BF16 for a GGUF). */
  readonly dtype?: FloatTensorDType;
  readonly force?: boolean;
  readonly onTensor?: (progress: TensorProgress) => void;
}

export interface TensorProgress {
  readonly done: number;
  readonly total: number;
  readonly name: string;
}

/**
 * Writes a model with some tensors replaced, sharded as the base; copies the other model files. Needs memory for one
 * tensor and the replacements for it; replacements wait on disk until their file's header is known. The folder appears
 * when it is whole.
 *
 * @throws InputError E_OUT for a folder in the way or a disk without room, E_MODEL and the like for a broken base.
 * E_DTYPE when a value does not fit the type, and whatever `replace` throws. Nothing is left then.
 */
export function rewriteModel(options: RewriteOptions): WrittenModel {
  const { base, out, force = false, config = {}, onTensor } = options;
  const isGguf = isGgufPath(base);
  const dtype = options.dtype ?? (isGguf ? "BF16" : undefined);
  const text = changedConfigText(readConfigText(base), (old) => ({
    ...old,
    ...dtypeMember(old, dtype),
    ...config,
  }));
  const weights = modelWeights(modelAt(base));
  try {
    const names = [...weights.tensors.keys()].map((name) => [name, name] as const);
    const groups = groupByFile(base, names);
    const leftBytes = (name: string) => {
      const { shape, dtype: to } = leftPart(name, weights, dtype, isGguf);
      return tensorByteLength(shape, to) ?? 0;
    };
    const bytes = mostBytes(groups.values(), options.replacedBytes ?? (() => undefined), leftBytes);
    let done = 0;
    return writeModel({ base, out, force, bytes, config: text }, groups, (name, scratch) => {
      onTensor?.({ done: done++, total: names.length, name });
      const replaced = options.replace(name, weights);
      return replaced ? waiting(replaced, scratch) : [[name, leftPart(name, weights, dtype, isGguf)]];
    });
  } finally {
    weights.close();
  }
}

/** Peak disk use in bytes: files so far, and waiting replacements. */
function mostBytes(
  groups: Iterable<readonly string[]>,
  replacedBytes: (name: string) => number | undefined,
  leftBytes: (name: string) => number,
): number {
  let [written, most] = [0, 0];
  for (const names of groups) {
    const replaced = names.map((name) => replacedBytes(name));
    const waits = replaced.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0);
    written += names.reduce((sum, name, i) => sum + (replaced[i] ?? leftBytes(name)), 0);
    most = Math.max(most, written + waits);
  }
  return most;
}

function waiting(tensors: ReadonlyMap<string, EncodedTensor>, scratch: ScratchFile): [string, Part][] {
  return [...tensors].map(([name, { dtype, shape, bytes }]) => {
    const range = scratch.append(bytes);
    return [name, { dtype, shape, read: () => scratch.read(range) }];
  });
}

function leftPart(
  name: string,
  weights: TensorSource,
  dtype: FloatTensorDType | undefined,
  isGguf: boolean,
): Part {
  const { dtype: own, shape } = weights.tensors.get(name)!;
  // readFloat32 undoes the GGUF converter's changes.
  if (dtype !== undefined && (isGguf || (isFloatTensorDType(own) && own !== dtype)))
    return { dtype, shape, read: () => fromFloat32(weights.readFloat32(name), dtype, name) };
  return { dtype: own as TensorDType, shape, read: () => weights.readBytes(name) };
}
