import { firstOf, InputError, isInputError } from "@lorank/core";
import type { BaseQuantization } from "@lorank/evidence/schema";
import {
  type BlockSize,
  type Format4bit,
  type Quantized4bit,
  quantize4bit,
  quantizeDefaults,
} from "@lorank/quant";
import type { Family } from "../families/family.ts";
import { type BaseWeight, isQuantized, type WeightShape, weightValues } from "../transformer/weights.ts";

export interface BlockLinear {
  /** Module path in the checkpoint: `model.layers.3.self_attn.q_proj`. */
  readonly path: string;
  readonly layer: number;
  readonly pathInBlock: string;
  readonly inDim: number;
  readonly outDim: number;
  /** True if the checkpoint stores the weight as `[inDim, outDim]`. */
  readonly transposed: boolean;
  /** Weight tensor name in the checkpoint, perhaps without the family prefix. */
  readonly tensor: string;
}

/**
 * Linear layers in all blocks, with their tensors in `checkpoint`.
 * @throws InputError E_WEIGHTS with the missing and misshapen tensors.
 */
export function blockLinears(
  family: Family,
  checkpoint: ReadonlyMap<string, { readonly shape: readonly number[] }>,
): BlockLinear[] {
  const linears: BlockLinear[] = [];
  const problems: string[] = [];
  for (let layer = 0; layer < family.layers; layer++) {
    for (const { path: pathInBlock, inDim, outDim, transposed = false } of family.linears) {
      const path = `${family.blockPath(layer)}.${pathInBlock}`;
      const name = `${path}.weight`;
      const tensor = checkpoint.has(name) ? name : name.slice(family.basePrefix.length);
      const shape = checkpoint.get(tensor)?.shape;
      const shapeInFile = transposed ? [inDim, outDim] : [outDim, inDim];
      if (shape === undefined) problems.push(`${name} is missing`);
      else if (shape.join() !== shapeInFile.join())
        problems.push(`${tensor} must be [${shapeInFile.join(", ")}], got [${shape.join(", ")}]`);
      else linears.push({ path, layer, pathInBlock, inDim, outDim, transposed, tensor });
    }
  }
  if (problems.length === 0) return linears;
  throw new InputError("E_WEIGHTS", problemList(problems));
}

/** Names of the weights to quantise: linear layers in blocks. */
export function quantizedWeightNames(family: Family): Set<string> {
  const names = new Set<string>();
  for (let layer = 0; layer < family.layers; layer++)
    for (const { path } of family.linears) names.add(`${family.blockPath(layer)}.${path}.weight`);
  return names;
}

export function keeper(
  family: Family,
  quantization: BaseQuantization | undefined,
): (weight: WeightShape, value: BaseWeight) => BaseWeight {
  if (!quantization) return (_, value) => value;
  const names = quantizedWeightNames(family);
  return (weight, value) => (names.has(weight.name) ? quantizeWeight(weight, value, quantization) : value);
}

/**
 * Quantises a weight as `[outDim, inDim]`, Conv1D too, as bitsandbytes. Weights already in this format are unchanged.
 * @throws InputError E_QUANTIZE for another 4-bit format.
 */
export function quantizeWeight(
  { name, shape, quantizedShape = shape, transposed = false }: WeightShape,
  weight: BaseWeight,
  { format, blockSize, doubleQuant: double }: BaseQuantization,
): BaseWeight {
  const doubleQuant = double === true;
  if (!isQuantized(weight)) {
    const [outDim, inDim] = quantizedShape as readonly [number, number];
    const linear = { tensor: name, inDim, outDim, transposed };
    const { quantized } = quantizeLinear(weightValues(weight), linear, { format, blockSize, doubleQuant });
    return { quantized, shape: quantizedShape };
  }
  const { quantized } = weight;
  const inFile = describe({ ...quantized, doubleQuant: quantized.absmax.kind === "double" });
  const requested = describe({ format, blockSize, doubleQuant });
  if (inFile === requested) return weight;
  throw new InputError(
    "E_QUANTIZE",
    `quantize must be left out or agree with the model, whose ${name} is in ${inFile} already, got ${requested}`,
  );
}

function describe({
  format,
  blockSize,
  doubleQuant,
}: Omit<BaseQuantization, "doubleQuant"> & { readonly doubleQuant: boolean }): string {
  return `${format}, blocks of ${blockSize}${doubleQuant ? ", double quantisation" : ""}`;
}

export interface Format4bitOptions {
  /** 4-bit format. (default nf4) */
  readonly format?: Format4bit;
  /** Weights per absmax (default 64). */
  readonly blockSize?: BlockSize;
  /** Quantise absmax values to 8 bits (default false). */
  readonly doubleQuant?: boolean;
}

interface QuantizedLinear {
  /** Weight `[outDim, inDim]`, however stored: quantisation blocks run along a row. */
  readonly weight: Float32Array;
  readonly quantized: Quantized4bit;
}

/** Quantises a stored weight. Throws E_QUANTIZE with the tensor name unless all weights are finite. */
export function quantizeLinear(
  values: Float32Array,
  { tensor, inDim, outDim, transposed }: Pick<BlockLinear, "tensor" | "inDim" | "outDim" | "transposed">,
  options: Format4bitOptions,
): QuantizedLinear {
  const weight = transposed ? transpose(values, inDim, outDim) : values;
  try {
    return {
      weight,
      quantized: quantize4bit(weight, { ...options, format: options.format ?? quantizeDefaults.format }),
    };
  } catch (error) {
    if (!isInputError(error)) throw error;
    throw new InputError(error.code, `${tensor}: ${error.message}`, { cause: error });
  }
}

export function transpose(values: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      result[column * rows + row] = values[row * columns + column]!;
  }
  return result;
}

/** Problems in one line: the first eight, and a count for the rest. */
export function problemList(problems: readonly string[]): string {
  return firstOf(problems, 8, "; ");
}
