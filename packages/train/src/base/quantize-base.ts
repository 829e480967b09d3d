import { InputError } from "@lorank/core";
import type { BaseQuantization } from "@lorank/core/results";
import type { Family, HeadModule } from "../families/family.ts";
import { type BaseWeight, isQuantized, weightValues } from "../transformer/parameters.ts";
import { type WeightShape, weightShapes } from "../transformer/weights.ts";
import { quantizeLinear } from "./quantize-linear.ts";

/** Names of the weights that a 4-bit base keeps in 4 bits: the linear layers of its blocks. */
export function quantizedWeightNames(family: Family): Set<string> {
  const names = new Set<string>();
  for (let layer = 0; layer < family.layers; layer++)
    for (const { path } of family.linears) names.add(`${family.blockPath(layer)}.${path}.weight`);
  return names;
}

/** Quantises what of a whole base is to be in 4 bits. Each weight leaves `weights` on its way, so that no two forms are held. */
export function quantizeBase(
  family: Family,
  head: HeadModule,
  weights: Map<string, BaseWeight>,
  quantization: BaseQuantization,
): Map<string, BaseWeight> {
  const names = quantizedWeightNames(family);
  const base = new Map<string, BaseWeight>();
  for (const weight of weightShapes(family, head)) {
    const value = weights.get(weight.name);
    if (!value) continue;
    weights.delete(weight.name);
    base.set(weight.name, names.has(weight.name) ? quantizeWeight(weight, value, quantization) : value);
  }
  return base;
}

/**
 * Quantises one weight of a base, as `[outDim, inDim]`, in which bitsandbytes quantises a Conv1D's too. One that is in
 * 4 bits already stays as it is where the format is the one asked for; quantising it a second time would add a second
 * error.
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
    const [outDim, inDim] = quantizedShape as readonly [number, number];
    const linear = { tensor: name, inDim, outDim, transposed };
    const { quantized } = quantizeLinear(weightValues(weight), linear, { format, blockSize, doubleQuant });
    return { quantized, shape: quantizedShape };
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
