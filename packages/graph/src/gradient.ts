import { constant } from "./ops/arrays.ts";
import { add } from "./ops/elementwise.ts";
import { sameShape } from "./tensor.ts";
import { check, describe, type Value } from "./value.ts";
import { vjpRules } from "./vjp.ts";

/** All values that `roots` depend on, roots included, inputs before what uses them. */
export function ancestors(roots: Iterable<Value>): Value[] {
  const seen = new Set<Value>();
  const stack = [...roots];
  for (let value = stack.pop(); value; value = stack.pop()) {
    if (seen.has(value)) continue;
    seen.add(value);
    stack.push(...value.inputs);
  }
  return [...seen].sort((a, b) => a.id - b.id);
}

/**
 * Gradient of a loss towards each of `wrt`, in their shapes, by reverse mode.
 *
 * @param output the loss, of one element; with a cotangent any value.
 * @param cotangent the gradient of the loss towards `output`, in its shape. (default 1: `output` is the loss)
 * @throws where `output` does not depend on one of `wrt`.
 */
export function gradient(output: Value, wrt: readonly Value[], cotangent: Value = oneOf(output)): Value[] {
  check(
    sameShape(output.shape, cotangent.shape),
    () =>
      `gradient needs a cotangent of the output's shape, got ${describe(cotangent)} for ${describe(output)}`,
  );
  const order = ancestors([output]);
  const active = new Set<Value>(wrt);
  for (const value of order) {
    if (value.inputs.some((x) => active.has(x))) active.add(value);
  }
  const gradients = new Map<Value, Value>([[output, cotangent]]);
  for (const value of order.reverse()) {
    const dy = gradients.get(value);
    if (!dy || !active.has(value) || value.inputs.length === 0) continue;
    const needed = value.inputs.map((x) => active.has(x));
    if (!needed.includes(true)) continue;
    // The table's type ties each rule to its own operation; TypeScript cannot follow that through an index.
    const rule = vjpRules[value.op] as (
      y: Value,
      dy: Value,
      needed: readonly boolean[],
    ) => readonly (Value | null)[];
    rule(value, dy, needed).forEach((dx, i) => {
      if (dx && needed[i]) accumulate(gradients, value.inputs[i]!, dx);
    });
  }
  return wrt.map((value) => {
    const dx = gradients.get(value);
    check(dx !== undefined, () => `gradient: the output does not depend on ${value.op} ${describe(value)}`);
    return dx;
  });
}

/** The cotangent of a loss. */
function oneOf(loss: Value): Value {
  check(
    loss.shape.every((dim) => dim === 1),
    () => `gradient needs an output of one element, got ${describe(loss)}; others need a cotangent`,
  );
  return constant(new Float32Array([1]), loss.shape);
}

function accumulate(gradients: Map<Value, Value>, value: Value, dx: Value): void {
  const before = gradients.get(value);
  gradients.set(value, before ? add(before, dx) : dx);
}
