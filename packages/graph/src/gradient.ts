import { constant } from "./ops/arrays.ts";
import { add } from "./ops/elementwise.ts";
import { sameShape } from "./tensor.ts";
import { check, describe, type Value } from "./value.ts";
import { vjpRules } from "./vjp.ts";

/** Values that `roots` depend on, roots included, in topological order. */
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
 * Gradients of a loss with respect to each value in `wrt`, in their shapes, by reverse mode.
 * @param output the loss, a single element; with a cotangent any value.
 * @param cotangent the loss's gradient with respect to `output`, in the same shape. (default 1: `output` is the loss)
 * @throws if `output` does not depend on a value in `wrt`.
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
    // Rules are typed by operation; TypeScript cannot follow that through an index.
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
