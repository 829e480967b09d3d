import { sameShape } from "../shape.ts";
import type { Value } from "../value.ts";
import { check, checkFloat, describe, makeValue } from "../value.ts";

export interface MatMulOptions {
  /** Use the transpose of the last two axes of a. (default false) */
  readonly transposeA?: boolean;
  /** Use the transpose of the last two axes of b. (default false) */
  readonly transposeB?: boolean;
  /** Factor on the product. (default 1) */
  readonly alpha?: number;
}

/**
 * alpha · a b over the last two axes, for a `[..., m, k]` and b `[..., k, n]`. Leading axes must be equal: no
 * broadcasting, so a batch dimension never appears by accident. Returns `[..., m, n]`.
 */
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
