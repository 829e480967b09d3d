import { type Shape, sizeOf } from "../shape.ts";
import type { Value } from "../value.ts";
import { check, describe, makeValue } from "../value.ts";

export interface Decode4bitOptions {
  /** [16] the value of each code, relative to its block's absmax; float32 numbers. */
  readonly levels: readonly number[];
  /** Weights that share one absmax, in row-major order across rows; even. */
  readonly blockSize: number;
  /** Shape of the result. */
  readonly shape: Shape;
}

/**
 * Weights of `shape` (n elements) from 4-bit codes: levels[code] · absmax of the block, one float32 product a weight.
 * codes is uint8 `[⌈n / 2⌉]`, the first weight of each pair in the high four bits; absmax `[⌈n / blockSize⌉]`. Frozen:
 * it has no gradient.
 *
 * Source: QLoRA, section 3, https://arxiv.org/abs/2305.14314, in bitsandbytes' byte order.
 */
export function decode4bit(codes: Value, absmax: Value, options: Decode4bitOptions): Value {
  const { levels, blockSize, shape } = options;
  const size = sizeOf(shape);
  check(
    levels.length === 16 && Number.isInteger(blockSize) && blockSize > 0 && blockSize % 2 === 0,
    () => `decode4bit needs 16 levels and an even blockSize, got ${levels.length} and ${blockSize}`,
  );
  check(
    codes.dtype === "uint8" && codes.shape.length === 1 && codes.shape[0] === Math.ceil(size / 2),
    () =>
      `decode4bit to [${shape.join(",")}] needs codes uint8[${Math.ceil(size / 2)}], got ${describe(codes)}`,
  );
  const blocks = Math.ceil(size / blockSize);
  check(
    absmax.dtype === "float32" && absmax.shape.length === 1 && absmax.shape[0] === blocks,
    () => `decode4bit to [${shape.join(",")}] needs absmax float32[${blocks}], got ${describe(absmax)}`,
  );
  return makeValue("decode4bit", [codes, absmax], { levels, blockSize, shape }, shape);
}
