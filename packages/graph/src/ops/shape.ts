import { type Shape, sameShape, sizeOf } from "../shape.ts";
import type { Value } from "../value.ts";
import { check, checkFloat, describe, makeValue } from "../value.ts";

/** The same elements in row-major order under another shape of the same size. */
export function reshape(x: Value, shape: Shape): Value {
  check(
    sizeOf(shape) === sizeOf(x.shape),
    () => `reshape cannot turn ${describe(x)} into [${shape.join(",")}]`,
  );
  return sameShape(shape, x.shape) ? x : makeValue("reshape", [x], { shape }, shape, x.dtype);
}

/** Axis i of the result is axis `permutation[i]` of x. */
export function transpose(x: Value, permutation: readonly number[]): Value {
  const sorted = [...permutation].sort((a, b) => a - b);
  check(
    sorted.length === x.shape.length && sorted.every((axis, i) => axis === i),
    () => `transpose of ${describe(x)} needs a permutation of its axes, got [${permutation.join(",")}]`,
  );
  const shape = permutation.map((axis) => x.shape[axis]!);
  return makeValue("transpose", [x], { permutation }, shape, x.dtype);
}

/** Repeats dimensions of size 1 (and missing leading ones) until x has `shape`. */
export function expand(x: Value, shape: Shape): Value {
  checkFloat("expand", x);
  const lead = shape.length - x.shape.length;
  check(
    lead >= 0 && x.shape.every((dim, axis) => dim === 1 || dim === shape[axis + lead]),
    () => `expand cannot turn ${describe(x)} into [${shape.join(",")}]`,
  );
  return sameShape(shape, x.shape) ? x : makeValue("expand", [x], { shape }, shape);
}

/** Elements `start` to `start + size` of the last axis. Returns `[..., size]`. */
export function sliceLast(x: Value, start: number, size: number): Value {
  checkFloat("sliceLast", x);
  const width = x.shape.at(-1) ?? 0;
  check(
    start >= 0 && size > 0 && start + size <= width,
    () => `sliceLast of ${describe(x)} needs a part of its last axis, got ${start} to ${start + size}`,
  );
  if (size === width) return x;
  return makeValue("sliceLast", [x], { start }, [...x.shape.slice(0, -1), size]);
}

/** x between zeros: its last axis begins at `start` of one of `width` elements. Adjoint of {@link sliceLast}. */
export function padLast(x: Value, start: number, width: number): Value {
  checkFloat("padLast", x);
  const size = x.shape.at(-1) ?? 0;
  check(
    start >= 0 && size > 0 && start + size <= width,
    () => `padLast of ${describe(x)} needs room in ${width} elements, got ${start} to ${start + size}`,
  );
  return makeValue("padLast", [x], { start }, [...x.shape.slice(0, -1), width]);
}
