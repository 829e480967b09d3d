import { float32, floats, type Tensor, uint8 } from "@lorank/graph";
import {
  type BlockSize,
  dequantize4bit,
  type Format4bit,
  type Quantized4bit,
  restoreAbsmax,
} from "@lorank/quant";

/** A frozen weight in 4 bits. */
export interface QuantizedTensor {
  readonly quantized: Quantized4bit;
  readonly shape: readonly number[];
}

/** A weight of a base as it lies in memory. */
export type BaseWeight = Tensor | QuantizedTensor;

/** What a graph must know of a weight that is kept in 4 bits. */
export interface Quantization {
  readonly format: Format4bit;
  readonly blockSize: BlockSize;
}

export function isQuantized(weight: BaseWeight): weight is QuantizedTensor {
  return "quantized" in weight;
}

/** How a weight is kept; undefined for float32. */
export function quantizationOf(weight: BaseWeight | undefined): Quantization | undefined {
  if (weight === undefined || !isQuantized(weight)) return undefined;
  const { format, blockSize } = weight.quantized;
  return { format, blockSize };
}

/** The weight's numbers, decoded where it is kept in 4 bits. */
export function weightValues(weight: BaseWeight): Float32Array {
  return isQuantized(weight) ? dequantize4bit(weight.quantized) : floats(weight);
}

export const codesName = (name: string): string => `${name}.codes`;
export const absmaxName = (name: string): string => `${name}.absmax`;

/**
 * The tensor that a program asks for under `name`: a parameter itself, or the codes or the absmax of one in 4 bits.
 * Under double quantisation the absmax are decoded anew each time: one number for `blockSize` weights, so that costs
 * next to nothing, and keeping them would undo what was saved.
 */
export function parameterTensor(parameters: ReadonlyMap<string, BaseWeight>, name: string): Tensor {
  const found = findParameter(parameters, name);
  if (!found) throw new Error(`the model has no parameter "${name}"`);
  return found;
}

/** The same, undefined where there is none. */
export function findParameter(parameters: ReadonlyMap<string, BaseWeight>, name: string): Tensor | undefined {
  const whole = parameters.get(name);
  if (whole && !isQuantized(whole)) return whole;
  for (const part of [codesName, absmaxName]) {
    const end = part("");
    const weight = name.endsWith(end) ? parameters.get(name.slice(0, -end.length)) : undefined;
    if (!weight || !isQuantized(weight)) continue;
    const { codes, absmax } = weight.quantized;
    if (part === codesName) return uint8([codes.length], codes);
    const values = restoreAbsmax(absmax);
    return float32([values.length], values);
  }
  return undefined;
}
