import { InputError, isInputError } from "@lorank/core";
import {
  type BlockSize,
  type Format4bit,
  type Quantized4bit,
  quantize4bit,
  quantizeDefaults,
} from "@lorank/quant";
import { transpose } from "../transpose.ts";
import type { BlockLinear } from "./block-linears.ts";

/** How weights are put into 4 bits. */
export interface Format4bitOptions {
  /** (default nf4) */
  readonly format?: Format4bit;
  /** Weights that share one absmax (default 64). */
  readonly blockSize?: BlockSize;
  /** Keep the absmax values in 8 bits too (default false). */
  readonly doubleQuant?: boolean;
}

/** A linear layer's weight in 4 bits. */
export interface QuantizedLinear {
  /** `[outDim, inDim]`, whichever way it is stored: blocks run along the inputs of an output. */
  readonly weight: Float32Array;
  readonly quantized: Quantized4bit;
}

/** Quantises a weight as it is stored. Throws E_QUANTIZE, naming its tensor, unless all weights are finite. */
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
