import { type BaseQuantization, InputError } from "@lorank/core";
import { quantize4bit } from "@lorank/quant";
import { type BaseWeight, isQuantized, weightValues } from "../model/parameters.ts";
import type { WeightShape } from "../model/weights.ts";
import type { Family } from "../models/family.ts";

/** Names of the weights that a 4-bit base keeps in 4 bits: the linear layers of its blocks. */
export function quantizedWeightNames(family: Family): Set<string> {
  const names = new Set<string>();
  for (let layer = 0; layer < family.layers; layer++)
    for (const { path } of family.linears) names.add(`${family.blockPath(layer)}.${path}.weight`);
  return names;
}

type Matrix = readonly [rows: number, columns: number];

function transpose(values: Float32Array, [rows, columns]: Matrix): Float32Array {
  return values.map((_, i) => values[(i % rows) * columns + Math.floor(i / rows)]!);
}

/**
 * Quantises one weight of a base, as `[outDim, inDim]`, in which bitsandbytes quantises a Conv1D's too. One that is in 4 bits already stays as it is where the format is the one asked for;
 * quantising it a second time would add a second error.
 *
 * @throws InputError E_QUANTIZE where it is in another format.
 */
export function quantizeWeight(
  { name, shape, quantizedShape = shape, transposed = false }: WeightShape,
  weight: BaseWeight,
  { format, blockSize, doubleQuant: double }: BaseQuantization,
): BaseWeight {
  const doubleQuant = double === true;
  if (!isQuantized(weight)) {
    const values = weightValues(weight);
    const rows = transposed ? transpose(values, shape as Matrix) : values;
    return { quantized: quantize4bit(rows, { format, blockSize, doubleQuant }), shape: quantizedShape };
  }
  const { quantized } = weight;
  const found = describe({ ...quantized, doubleQuant: quantized.absmax.kind === "double" });
  const wanted = describe({ format, blockSize, doubleQuant });
  if (found === wanted) return weight;
  throw new InputError(
    "E_QUANTIZE",
    `quantize must be left out or agree with the model, whose ${name} is in ${found} already, got ${wanted}`,
  );
}

function describe({
  format,
  blockSize,
  doubleQuant,
}: Omit<BaseQuantization, "doubleQuant"> & { readonly doubleQuant: boolean }): string {
  return `${format}, blocks of ${blockSize}${doubleQuant ? ", double quantisation" : ""}`;
}
