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
 * Derivative of a scalar `output` (one element) with respect to each of `wrt`, by reverse mode. Returns values of the shapes of `wrt`.
 */
export function gradient(output: Value, wrt: readonly Value[]): Value[] {
  check(
    output.shape.every((dim) => dim === 1),
    () => `gradient needs an output of one element, got ${describe(output)}; use vjp for others`,
  );
  return vjp(output, constant(new Float32Array([1]), output.shape), wrt);
}

/**
 * Vector-Jacobian product: turns `cotangent`, the gradient of some loss towards `output` (same shape), into the gradient
 * of that loss towards each of `wrt`. Throws where `output` does not depend on one of them.
 */
export function vjp(output: Value, cotangent: Value, wrt: readonly Value[]): Value[] {
  check(
    sameShape(output.shape, cotangent.shape),
    () => `vjp needs a cotangent of the output's shape, got ${describe(cotangent)} for ${describe(output)}`,
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

function accumulate(gradients: Map<Value, Value>, value: Value, dx: Value): void {
  const before = gradients.get(value);
  gradients.set(value, before ? add(before, dx) : dx);
}
