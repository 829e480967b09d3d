/** Quantised weights as in a bitsandbytes checkpoint: `@lorank/quant/checkpoint`. */
import { InputError } from "@lorank/core";
import { dynamicLevels } from "./double-quant.ts";
import {
  type CheckpointNames,
  checkpointNames,
  decodeQuantState,
  encodeQuantState,
  type QuantState,
  type WeightOrigin,
  weightOfState,
} from "./quant-state.ts";
import {
  assertQuantized,
  type BlockAbsmax,
  countBlocks,
  type Format4bit,
  levels4bit,
  nestedBlockSize,
  type Quantized4bit,
} from "./quantized.ts";

export type { WeightDType } from "./quant-state.ts";

/** Tensor source, such as `TensorSource` in `@lorank/checkpoint`. */
export interface QuantizedSource {
  readonly tensors: ReadonlyMap<string, { readonly dtype: string; readonly byteLength: number }>;
  /** Reads a tensor's bytes into a new array, little-endian. */
  readBytes(name: string): Uint8Array;
}

/** Quantised weight with its original shape and type. */
export interface QuantizedWeight extends WeightOrigin {
  readonly quantized: Quantized4bit;
}

/** Weights in bitsandbytes' 4 bits with their formats, in the source's order. */
export function quantizedNames({ tensors }: Pick<QuantizedSource, "tensors">): Map<string, Format4bit> {
  const names = new Map<string, Format4bit>();
  for (const tensor of tensors.keys()) {
    const weight = weightOfState(tensor);
    if (weight !== undefined) names.set(weight.name, weight.format);
  }
  return names;
}

/**
 * Reads a weight's codes, absmax and quant state; restore it by `dequantize4bit(weight.quantized)`. Throws
 * E_QUANT_STATE, naming the weight and everything missing or unfit.
 */
export function readQuantized(source: QuantizedSource, name: string): QuantizedWeight {
  const format = (["nf4", "fp4"] as const).find((each) =>
    source.tensors.has(checkpointNames(name, each).state),
  );
  if (format === undefined)
    throw broken(name, ["quant_state.bitsandbytes__nf4 or __fp4 must be there, got neither"]);
  const names = checkpointNames(name, format);
  const problems: string[] = [];
  const state = decodeQuantState(source.readBytes(names.state), format, problems);
  if (state === undefined) throw broken(name, problems);
  const read = partReader(source, name, problems);

  const length = state.shape.reduce((product, size) => product * size, 1);
  const codes = read(names.codes, undefined, Math.ceil(length / 2));
  const absmax = readAbsmax(read, names, state, countBlocks(length, state.blockSize), problems);
  const levels = read(names.quantMap, "F32", 64);
  if (levels !== undefined && !sameLevels(floats(levels), levels4bit(format)))
    problems.push(`quant_map must hold the 16 levels of ${format}, got others`);
  if (problems.length > 0 || codes === undefined || absmax === undefined) throw broken(name, problems);
  return {
    quantized: { format, length, blockSize: state.blockSize, codes, absmax },
    shape: state.shape,
    dtype: state.dtype,
  };
}

type PartReader = (tensor: string, dtype: string | undefined, bytes: number) => Uint8Array | undefined;

/** Reads a weight's parts; a missing part or another type or size becomes a problem. */
function partReader(source: QuantizedSource, name: string, problems: string[]): PartReader {
  return (tensor, dtype, bytes) => {
    const info = source.tensors.get(tensor);
    const part = tensor === name ? "the weight" : tensor.slice(name.length + 1);
    const rule = `${part} must be ${dtype === undefined ? "" : `${dtype} of `}${bytes} bytes`;
    if (info === undefined) problems.push(`${part} must be there, got nothing`);
    else if (info.byteLength !== bytes || (dtype !== undefined && info.dtype !== dtype))
      problems.push(`${rule}, got ${info.dtype} of ${info.byteLength}`);
    else return source.readBytes(tensor);
    return undefined;
  };
}

function readAbsmax(
  read: PartReader,
  names: CheckpointNames,
  { offset }: QuantState,
  nBlocks: number,
  problems: string[],
): BlockAbsmax | undefined {
  if (offset === undefined) {
    const values = read(names.absmax, "F32", 4 * nBlocks);
    return values && { kind: "float32", values: floats(values) };
  }
  const codes = read(names.absmax, "U8", nBlocks);
  const nestedAbsmax = read(names.nestedAbsmax, "F32", 4 * countBlocks(nBlocks, nestedBlockSize));
  const levels = read(names.nestedQuantMap, "F32", 4 * 256);
  if (levels !== undefined && !sameLevels(floats(levels), dynamicLevels()))
    problems.push("nested_quant_map must hold the 256 levels of the dynamic code, got others");
  return codes && nestedAbsmax && { kind: "double", codes, nestedAbsmax: floats(nestedAbsmax), offset };
}

function floats(bytes: Uint8Array): Float32Array {
  return new Float32Array(bytes.slice().buffer); // a copy, for alignment
}

function sameLevels(found: Float32Array, known: Float32Array): boolean {
  return found.every((level, code) => level === known[code]);
}

function broken(name: string, problems: readonly string[]): InputError {
  return new InputError("E_QUANT_STATE", `quantised weight ${JSON.stringify(name)}: ${problems.join("; ")}`);
}

/** Tensor as a safetensors file holds it. */
export interface StoredTensor {
  readonly dtype: "U8" | "F32";
  readonly shape: readonly number[];
  /** Tensor bytes, little-endian. */
  readonly bytes: Uint8Array;
}

/**
 * Tensors for a weight by name, to the byte as bitsandbytes and transformers save them: `<name>` uint8 `[length / 2,
 * 1]`, `.absmax`, `.quant_map`, `.quant_state.bitsandbytes__<format>`. Double quantisation adds `.nested_absmax` and
 * `.nested_quant_map`. Throws E_QUANTIZED if the parts do not fit each other or the shape.
 */
export function quantizedTensors(
  name: string,
  quantized: Quantized4bit,
  { shape, dtype }: WeightOrigin,
): Map<string, StoredTensor> {
  assertQuantized(quantized);
  const { format, length, blockSize, codes, absmax } = quantized;
  const size = shape.reduce((product, dim) => product * dim, 1);
  if (size !== length)
    throw new InputError("E_QUANTIZED", `shape must be of ${length} weights, got [${shape.join(", ")}]`);
  const names = checkpointNames(name, format);
  const offset = absmax.kind === "double" ? absmax.offset : undefined;
  const state = encodeQuantState({ format, blockSize, dtype, shape, offset });
  const tensors = new Map<string, StoredTensor>([
    [names.codes, { dtype: "U8", shape: [codes.length, 1], bytes: codes }],
    [names.absmax, absmax.kind === "double" ? bytesTensor(absmax.codes) : floatsTensor(absmax.values)],
    [names.quantMap, floatsTensor(storedLevels(format))],
    [names.state, bytesTensor(state)],
  ]);
  if (absmax.kind === "double") {
    tensors.set(names.nestedAbsmax, floatsTensor(absmax.nestedAbsmax));
    tensors.set(names.nestedQuantMap, floatsTensor(dynamicLevels()));
  }
  return tensors;
}

/** Zeros differ in FP4: bitsandbytes' table has plus zero, its kernels minus zero. */
function storedLevels(format: Format4bit): Float32Array {
  return levels4bit(format).map((level) => (level === 0 ? 0 : level));
}

function bytesTensor(bytes: Uint8Array): StoredTensor {
  return { dtype: "U8", shape: [bytes.length], bytes };
}

function floatsTensor({ buffer, byteOffset, byteLength, length }: Float32Array): StoredTensor {
  return { dtype: "F32", shape: [length], bytes: new Uint8Array(buffer, byteOffset, byteLength) };
}
