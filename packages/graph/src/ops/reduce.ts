import type { Shape } from "../shape.ts";
import type { Value } from "../value.ts";
import { check, checkFloat, describe, makeValue } from "../value.ts";
import { mul } from "./elementwise.ts";
import { reshape } from "./shape.ts";
import { constant } from "./sources.ts";

/** Sum over `axes`, which stay as dimensions of size 1. */
export function sum(x: Value, axes: readonly number[]): Value {
  checkFloat("sum", x);
  check(
    axes.length > 0 && axes.every((axis) => Number.isInteger(axis) && axis >= 0 && axis < x.shape.length),
    () => `sum of ${describe(x)} needs axes from 0 to ${x.shape.length - 1}, got [${axes.join(",")}]`,
  );
  const shape = x.shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
  return makeValue("sum", [x], { axes: [...axes].sort((a, b) => a - b) }, shape);
}

/** Mean over `axes`, which stay as dimensions of size 1. */
export function mean(x: Value, axes: readonly number[]): Value {
  let count = 1;
  for (const axis of axes) count *= x.shape[axis] ?? 1;
  return mul(sum(x, axes), constant(1 / count));
}

/** Undoes a broadcast: sums `x` down to `shape`. The adjoint of broadcasting `shape` to x's shape. */
export function sumTo(x: Value, shape: Shape): Value {
  const lead = x.shape.length - shape.length;
  const axes: number[] = [];
  for (let axis = 0; axis < x.shape.length; axis++) {
    if (axis < lead || (shape[axis - lead] === 1 && x.shape[axis] !== 1)) axes.push(axis);
  }
  return reshape(axes.length > 0 ? sum(x, axes) : x, shape);
}
