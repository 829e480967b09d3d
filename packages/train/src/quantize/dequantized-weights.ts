import type { FloatTensorDType } from "@lorank/checkpoint";
import type { MergeWeights, TensorSource } from "@lorank/checkpoint/files";
import { InputError } from "@lorank/core";
import type { BaseQuantization } from "@lorank/evidence/schema";
import { dequantize4bit } from "@lorank/quant";
import { quantizedNames, readQuantized, type WeightDType } from "@lorank/quant/checkpoint";
import { blockLinears, quantizeLinear, transpose } from "../base/quantize-base.ts";
import { familyOf } from "../families/families.ts";
import type { Family } from "../families/family.ts";
import { dtypeNames } from "./quantize-plan.ts";

/**
 * Dequantised weights as a 4-bit base computes with them: from a 4-bit checkpoint, else quantised first.
 * @throws InputError E_QUANTIZE for a checkpoint in 16 or 32 bits without `quantization`.
 */
export function dequantizedWeights(
  source: TensorSource,
  config: Readonly<Record<string, unknown>>,
  quantization?: BaseQuantization,
): MergeWeights {
  const family = familyOf(config);
  const in4bit = quantizedNames(source);
  if (in4bit.size > 0) return fromCodes(source, family, new Set(in4bit.keys()));
  if (quantization !== undefined) return roundTrip(source, family, quantization);
  throw new InputError(
    "E_QUANTIZE",
    "quantize must name the 4 bits that the adapter was trained on, for the model is in none, got nothing",
  );
}

function fromCodes(source: TensorSource, family: Family, in4bit: ReadonlySet<string>): MergeWeights {
  const turned = transposedNames(family);
  const read = (name: string) => {
    const { quantized, shape, dtype } = readQuantized(source, name);
    const [outDim, inDim] = shape as readonly [number, number];
    return { quantized, outDim, inDim, dtype: dtypeOf(dtype), transposed: turned.has(name) };
  };
  const tensors = new Map<string, { readonly dtype: string; readonly shape: readonly number[] }>();
  for (const [name, info] of source.tensors) {
    const whole = name.slice(0, name.indexOf(".weight.") + ".weight".length);
    if (in4bit.has(name)) {
      const { outDim, inDim, dtype, transposed } = read(name);
      tensors.set(name, { dtype, shape: transposed ? [inDim, outDim] : [outDim, inDim] });
    } else if (!in4bit.has(whole)) tensors.set(name, info); // else part of a 4-bit weight
  }
  return {
    tensors,
    readBytes: (name) => source.readBytes(name),
    readFloat32: (name) => {
      if (!in4bit.has(name)) return source.readFloat32(name);
      const { quantized, outDim, inDim, transposed } = read(name);
      const values = dequantize4bit(quantized);
      return transposed ? transpose(values, outDim, inDim) : values;
    },
  };
}

function roundTrip(source: TensorSource, family: Family, quantization: BaseQuantization): MergeWeights {
  const linears = new Map(blockLinears(family, source.tensors).map((linear) => [linear.tensor, linear]));
  return {
    tensors: source.tensors,
    readBytes: (name) => source.readBytes(name),
    readFloat32: (name) => {
      const values = source.readFloat32(name);
      const linear = linears.get(name);
      if (linear === undefined) return values;
      const restored = dequantize4bit(quantizeLinear(values, linear, quantization).quantized);
      return linear.transposed ? transpose(restored, linear.outDim, linear.inDim) : restored;
    },
  };
}

/** Conv1D weight names: bitsandbytes stores these as linear layers, an unquantised model transposed. */
function transposedNames(family: Family): Set<string> {
  const names = new Set<string>();
  for (let layer = 0; layer < family.layers; layer++) {
    for (const { path, transposed } of family.linears) {
      const name = `${family.blockPath(layer)}.${path}.weight`;
      if (transposed) names.add(name).add(name.slice(family.basePrefix.length));
    }
  }
  return names;
}

function dtypeOf(name: WeightDType): FloatTensorDType {
  return Object.keys(dtypeNames).find((dtype) => dtypeNames[dtype] === name) as FloatTensorDType;
}
