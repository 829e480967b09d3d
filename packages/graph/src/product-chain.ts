import { type MatMulOptions, matMul } from "./ops/mat-mul.ts";
import { isOp, type Value } from "./value.ts";

/** Matrix in a product, as it is or transposed. */
interface Factor {
  readonly value: Value;
  readonly transposed: boolean;
}

/** Product of two matrices, alpha · first second. */
interface Product {
  readonly first: Factor;
  readonly second: Factor;
  readonly alpha: number;
}

/**
 * Product alpha · a b. If an operand is itself a product, its factors are multiplied in the other order where that takes
 * less than half. For gradients: those of a low-rank update W + b a then need no gradient of W's size. Half,
 * because the operand may be computed anyway.
 */
export function chainedProduct(a: Value, b: Value, options: MatMulOptions = {}): Value {
  const { transposeA = false, transposeB = false, alpha = 1 } = options;
  const left = { value: a, transposed: transposeA };
  const right = { value: b, transposed: transposeB };
  const atLeft = productOf(left);
  if (atLeft) {
    const { fromLeft, fromRight } = cost(atLeft.first, right);
    if (2 * fromRight < fromLeft)
      return product(atLeft.first, pair(atLeft.second, right), alpha * atLeft.alpha);
  }
  const atRight = productOf(right);
  if (atRight) {
    const { fromLeft, fromRight } = cost(left, atRight.second);
    if (2 * fromLeft < fromRight)
      return product(pair(left, atRight.first), atRight.second, alpha * atRight.alpha);
  }
  return matMul(a, b, options);
}

/** Product that a factor is; undefined for another value. */
function productOf({ value, transposed }: Factor): Product | undefined {
  if (!isOp(value, "matMul") || value.shape.length !== 2) return undefined;
  const { transposeA, transposeB, alpha } = value.attributes;
  const first = { value: value.inputs[0]!, transposed: transposeA !== transposed };
  const second = { value: value.inputs[1]!, transposed: transposeB !== transposed };
  return transposed ? { first: second, second: first, alpha } : { first, second, alpha };
}

/** Multiplications of numbers in (a b) c and in a (b c). */
function cost(a: Factor, c: Factor): { fromLeft: number; fromRight: number } {
  const [m, k] = dimensions(a);
  const [l, n] = dimensions(c); // b is [k, l]
  return { fromLeft: m * l * (k + n), fromRight: k * n * (l + m) };
}

function dimensions({ value: { shape }, transposed }: Factor): readonly [number, number] {
  const [rows, columns] = shape as readonly [number, number];
  return transposed ? [columns, rows] : [rows, columns];
}

/** Inner product as a factor: aᵀ bᵀ is computed as (b a)ᵀ, which copies neither. */
function pair(a: Factor, b: Factor): Factor {
  return a.transposed && b.transposed
    ? { value: matMul(b.value, a.value), transposed: true }
    : { value: product(a, b, 1), transposed: false };
}

function product(a: Factor, b: Factor, alpha: number): Value {
  return matMul(a.value, b.value, { transposeA: a.transposed, transposeB: b.transposed, alpha });
}
