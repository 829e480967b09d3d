import { type Shape, sameShape, sizeOf } from "../tensor.ts";
import { check, checkFloat, describe, makeValue, type Value } from "../value.ts";

export interface MatMulOptions {
  /** Transpose a's last two axes. (default false) */
  readonly transposeA?: boolean;
  /** Transpose b's last two axes. (default false) */
  readonly transposeB?: boolean;
  readonly alpha?: number;
}

/** Matrix product alpha · a b for a `[..., m, k]` and b `[..., k, n]`: `[..., m, n]`. Leading axes must be equal. */
export function matMul(a: Value, b: Value, options: MatMulOptions = {}): Value {
  const { transposeA = false, transposeB = false, alpha = 1 } = options;
  checkFloat("matMul", a, b);
  const rank = a.shape.length;
  check(
    rank >= 2 && rank === b.shape.length && sameShape(a.shape.slice(0, -2), b.shape.slice(0, -2)),
    () => `matMul needs two tensors with equal leading axes, got ${describe(a)} and ${describe(b)}`,
  );
  const [m, k] = lastTwo(a, transposeA);
  const [kb, n] = lastTwo(b, transposeB);
  check(k === kb, () => {
    const flags = `${transposeA ? " (a transposed)" : ""}${transposeB ? " (b transposed)" : ""}`;
    return `matMul needs equal inner dimensions, got ${describe(a)} and ${describe(b)}${flags}`;
  });
  return makeValue("matMul", [a, b], { transposeA, transposeB, alpha }, [...a.shape.slice(0, -2), m, n]);
}

function lastTwo(x: Value, transposed: boolean): readonly [number, number] {
  const rows = x.shape.at(-2)!;
  const columns = x.shape.at(-1)!;
  return transposed ? [columns, rows] : [rows, columns];
}

export interface Decode4bitOptions {
  /** Levels `[16]`: each code's value relative to the block's absmax, in float32. */
  readonly levels: readonly number[];
  /** Weights per absmax, in row-major order across rows; even. */
  readonly blockSize: number;
  readonly shape: Shape;
  /** bitsandbytes' name for the levels: products x Wᵀ may then read codes, summing in another order. (default: none) */
  readonly product?: "nf4" | "fp4" | undefined;
}

/**
 * Decodes 4-bit weights of `shape` (n elements): levels[code] · the block's absmax, in float32. No gradient. codes:
 * uint8 `[⌈n / 2⌉]`, first weights in the high four bits; absmax `[⌈n / blockSize⌉]`. Source: QLoRA, section 3,
 * https://arxiv.org/abs/2305.14314, in bitsandbytes' byte order.
 */
export function decode4bit(codes: Value, absmax: Value, options: Decode4bitOptions): Value {
  const { levels, blockSize, shape, product } = options;
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
  return makeValue("decode4bit", [codes, absmax], { levels, blockSize, shape, product }, shape);
}

/** Byte table `[256, 2]`: both levels for every byte, high four bits first, so one look-up decodes two weights. */
export function byteTable(levels: readonly number[]): Float32Array {
  return Float32Array.from({ length: 512 }, (_, i) => levels[i % 2 === 0 ? i >> 5 : (i >> 1) & 15]!);
}
