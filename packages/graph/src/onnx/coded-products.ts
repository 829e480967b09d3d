import type { Program } from "../program.ts";
import { sizeOf } from "../tensor.ts";
import { isOp, type Value } from "../value.ts";

/** Attribute `quant_type` of `MatMulBnb4`. Source: docs/ContribOperators.md of onnxruntime. */
const QUANT_TYPE = { fp4: 0, nf4: 1 } as const;

/**
 * 4-bit weights that `MatMulBnb4` can multiply: only in products x Wᵀ, since onnxruntime's CPU computes others wrongly.
 */
export function codedWeights({ steps, outputs }: Program): Set<Value> {
  const coded = new Set<Value>(steps.filter(hasProduct));
  for (const value of steps)
    value.inputs.forEach((x, i) => {
      if (i === 0 || !isTransposedProduct(value)) coded.delete(x);
    });
  for (const value of Object.values(outputs)) coded.delete(value);
  return coded;
}

/** Names of the inputs with a weight's codes and absmax. Undefined if the program computes either. */
export function codedInputs(
  weight: Value<"decode4bit">,
  names: ReadonlyMap<Value, string>,
): { readonly codes: string; readonly absmax: string } | undefined {
  const [codes, absmax] = weight.inputs.map((part) => names.get(part));
  return codes === undefined || absmax === undefined ? undefined : { codes, absmax };
}

function hasProduct(value: Value): boolean {
  if (!isOp(value, "decode4bit") || value.attributes.product === undefined) return false;
  const { blockSize } = value.attributes;
  return value.shape.length === 2 && blockSize >= 16 && sizeOf(value.shape) % blockSize === 0;
}

function isTransposedProduct(value: Value): value is Value<"matMul"> {
  if (!isOp(value, "matMul")) return false;
  const { transposeA, transposeB, alpha } = value.attributes;
  return transposeB && !transposeA && alpha === 1;
}

/** `MatMulBnb4` attributes; the operator computes x Wᵀ from W's codes. */
export function codedProductAttributes({ shape, attributes }: Value<"decode4bit">) {
  const [outDim, inDim] = shape as readonly [number, number];
  return {
    K: inDim,
    N: outDim,
    block_size: attributes.blockSize,
    quant_type: QUANT_TYPE[attributes.product!],
  };
}
