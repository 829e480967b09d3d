import { InputError } from "@lorank/core";
import { restoreAbsmax } from "./double-quant.ts";
import { assertQuantized, byteLevels4bit, type Quantized4bit } from "./quantized.ts";

export interface DequantizeOptions {
  /** Array to write into, [length]; a new one by default. Reuse one to go through many layers without garbage. */
  readonly into?: Float32Array;
}

const pairsOf = { nf4: byteLevels4bit("nf4"), fp4: byteLevels4bit("fp4") };

/**
 * The weights [length] that `quantized` stands for: level · absmax of the block, rounded to float32.
 *
 * Throws E_QUANTIZED if its parts do not fit each other, E_INTO if `into` has another length.
 */
export function dequantize4bit(quantized: Quantized4bit, options: DequantizeOptions = {}): Float32Array {
  assertQuantized(quantized);
  const { format, length, blockSize, codes } = quantized;
  const { into = new Float32Array(length) } = options;
  if (into.length !== length) {
    throw new InputError("E_INTO", `into must have length ${length}, got ${into.length}`);
  }
  const pairs = pairsOf[format];
  const absmaxes = restoreAbsmax(quantized.absmax);
  const evenLength = length - (length % 2);
  for (let block = 0, start = 0; start < evenLength; block++, start += blockSize) {
    const absmax = absmaxes[block]!;
    const end = Math.min(start + blockSize, evenLength);
    for (let i = start; i < end; i += 2) {
      const pair = codes[i >> 1]! << 1;
      into[i] = pairs[pair]! * absmax;
      into[i + 1] = pairs[pair + 1]! * absmax;
    }
  }
  if (evenLength < length) into[evenLength] = pairs[codes.at(-1)! << 1]! * absmaxes.at(-1)!;
  return into;
}
