import type { DType, Shape } from "../tensor.ts";
import { check, checkFloat, describe, makeValue, type Value } from "../value.ts";
import { constant, reshape } from "./arrays.ts";

type Binary = "add" | "sub" | "mul" | "div";
type Unary = "exp" | "log" | "sqrt" | "sigmoid" | "tanh" | "erf" | "relu" | "sign" | "stopGradient";

/** Shape of `a ∘ b` by NumPy's broadcasting rule; throws if two dimensions differ and neither is 1. */
function broadcastShapes(op: string, a: Value, b: Value): Shape {
  const rank = Math.max(a.shape.length, b.shape.length);
  const shape: number[] = [];
  for (let i = 0; i < rank; i++) {
    const left = a.shape[a.shape.length - rank + i] ?? 1;
    const right = b.shape[b.shape.length - rank + i] ?? 1;
    check(
      left === right || left === 1 || right === 1,
      () => `${op} cannot broadcast ${describe(a)} with ${describe(b)}`,
    );
    shape.push(left === 1 ? right : left);
  }
  return shape;
}

function binary(op: Binary, a: Value, b: Value): Value {
  checkFloat(op, a, b);
  return makeValue(op, [a, b], {}, broadcastShapes(op, a, b));
}

function unary(op: Unary, x: Value): Value {
  checkFloat(op, x);
  return makeValue(op, [x], {}, x.shape);
}

/** Sum a + b, broadcasting. */
export const add = (a: Value, b: Value): Value => binary("add", a, b);
/** Difference a − b, broadcasting. */
export const sub = (a: Value, b: Value): Value => binary("sub", a, b);
/** Product a · b element by element, broadcasting. */
export const mul = (a: Value, b: Value): Value => binary("mul", a, b);
/** Quotient a / b, broadcasting. */
export const div = (a: Value, b: Value): Value => binary("div", a, b);
export const exp = (x: Value): Value => unary("exp", x);
export const log = (x: Value): Value => unary("log", x);
export const sqrt = (x: Value): Value => unary("sqrt", x);
/** Logistic function 1 / (1 + e^−x). */
export const sigmoid = (x: Value): Value => unary("sigmoid", x);
export const tanh = (x: Value): Value => unary("tanh", x);
export const erf = (x: Value): Value => unary("erf", x);
/** Rectifier max(x, 0). */
export const relu = (x: Value): Value => unary("relu", x);
/** Sign: −1, 0 or 1; the gradient is 0. */
export const sign = (x: Value): Value => unary("sign", x);
/** Identity, but constant to gradients. */
export const stopGradient = (x: Value): Value => unary("stopGradient", x);

/** Casts uint8 to float32, for masks. No gradient. */
export function cast(x: Value, to: DType): Value {
  check(
    x.dtype === "uint8" && to === "float32",
    () => `cast supports uint8 to float32, got ${describe(x)} to ${to}`,
  );
  return makeValue("cast", [x], { to }, x.shape, to);
}

/** Sum over `axes`, whose dimensions become 1. */
export function sum(x: Value, axes: readonly number[]): Value {
  checkFloat("sum", x);
  check(
    axes.length > 0 && axes.every((axis) => Number.isInteger(axis) && axis >= 0 && axis < x.shape.length),
    () => `sum of ${describe(x)} needs axes from 0 to ${x.shape.length - 1}, got [${axes.join(",")}]`,
  );
  const shape = x.shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
  return makeValue("sum", [x], { axes: [...axes].sort((a, b) => a - b) }, shape);
}

/** Mean over `axes`, whose dimensions become 1. */
export function mean(x: Value, axes: readonly number[]): Value {
  let count = 1;
  for (const axis of axes) count *= x.shape[axis] ?? 1;
  return mul(sum(x, axes), constant(1 / count));
}

/** Sums x down to `shape`: the adjoint of broadcasting. */
export function sumTo(x: Value, shape: Shape): Value {
  const lead = x.shape.length - shape.length;
  const axes: number[] = [];
  for (let axis = 0; axis < x.shape.length; axis++) {
    if (axis < lead || (shape[axis - lead] === 1 && x.shape[axis] !== 1)) axes.push(axis);
  }
  return reshape(axes.length > 0 ? sum(x, axes) : x, shape);
}
