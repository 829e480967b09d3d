import { InputError } from "@lorank/core";
import { dynamicLevels } from "./double-quant.ts";
import { checkpointNames, encodeQuantState, type WeightOrigin } from "./quant-state.ts";
import { assertQuantized, type Format4bit, levels4bit, type Quantized4bit } from "./quantized.ts";

/** A tensor as a safetensors file holds it. */
export interface EncodedTensor {
  readonly dtype: "U8" | "F32";
  readonly shape: readonly number[];
  /** Little-endian. */
  readonly bytes: Uint8Array;
}

/**
 * The tensors that hold one quantised weight in a checkpoint, by name, to the byte as bitsandbytes and transformers save
 * them. They are `<name>` uint8 `[length / 2, 1]`, `.absmax`, `.quant_map`, and the JSON document
 * `.quant_state.bitsandbytes__<format>`. Double quantisation adds `.nested_absmax` and `.nested_quant_map`.
 *
 * Throws E_QUANTIZED if the parts do not fit each other or the shape.
 */
export function quantizedTensors(
  name: string,
  quantized: Quantized4bit,
  { shape, dtype }: WeightOrigin,
): Map<string, EncodedTensor> {
  assertQuantized(quantized);
  const { format, length, blockSize, codes, absmax } = quantized;
  const size = shape.reduce((product, dim) => product * dim, 1);
  if (size !== length)
    throw new InputError("E_QUANTIZED", `shape must be of ${length} weights, got [${shape.join(", ")}]`);
  const names = checkpointNames(name, format);
  const offset = absmax.kind === "double" ? absmax.offset : undefined;
  const state = encodeQuantState({ format, blockSize, dtype, shape, offset });
  const tensors = new Map<string, EncodedTensor>([
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

/** bitsandbytes' table of FP4 has plus zero where its kernels restore minus zero. */
function storedLevels(format: Format4bit): Float32Array {
  return levels4bit(format).map((level) => (level === 0 ? 0 : level));
}

function bytesTensor(bytes: Uint8Array): EncodedTensor {
  return { dtype: "U8", shape: [bytes.length], bytes };
}

function floatsTensor({ buffer, byteOffset, byteLength, length }: Float32Array): EncodedTensor {
  return { dtype: "F32", shape: [length], bytes: new Uint8Array(buffer, byteOffset, byteLength) };
}
