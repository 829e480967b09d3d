import type { Program, Tensors, Value } from "../src/index.ts";
import { interpret } from "../src/interpreter/runtime.ts";
import type { OpCase } from "./cases.ts";
import * as g from "./graph.ts";

/** Deterministic numbers in [-1, 1), or [0.5, 1.5) where a case needs positive ones. */
function numbers(count: number, seed: number, positive: boolean): Float64Array {
  let state = seed * 2654435761;
  return Float64Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    // Kept to float32, so that all runtimes start from the same numbers.
    return Math.fround((state / 2 ** 32) * (positive ? 1 : 2) + (positive ? 0.5 : -1));
  });
}

/** The case with a weighted sum on top, so that every element's gradient differs. */
export function jointGraph(op: OpCase) {
  const floats = op.floats.map((shape, i) => g.input(`x${i}`, shape));
  const others = Object.fromEntries(
    Object.entries(op.others ?? {}).map(([name, t]) => [name, g.input(name, t.shape, t.dtype)]),
  );
  const y = op.build(floats, others);
  const weights = g.input("weights", y.shape);
  const loss = g.sum(
    g.mul(y, weights),
    y.shape.map((_, axis) => axis),
  );
  const gradients = g.gradient(loss, floats);
  const outputs = Object.fromEntries([["y", y], ...gradients.map((dx, i) => [`d${i}`, dx] as const)]);
  return { floats, y, loss, gradients, outputs };
}

/** Inputs of the joint graph in float64, which finite differences need. */
export function feedsOf(op: OpCase, y: Value) {
  const data = Object.fromEntries(
    op.floats.map((shape, i) => [
      `x${i}`,
      { shape, data: numbers(count(shape), i + 1, op.positive ?? false) },
    ]),
  );
  const others = Object.entries(op.others ?? {}).map(
    ([name, t]) =>
      [
        name,
        {
          shape: t.shape,
          data:
            t.data instanceof Float32Array ? Float64Array.from(t.data) : Float64Array.from(t.data, Number),
        },
      ] as const,
  );
  return {
    ...data,
    ...Object.fromEntries(others),
    weights: { shape: y.shape, data: numbers(count(y.shape), 99, false) },
  };
}

/** The same inputs in the dtypes of the program, and no others than it has. */
export function tensorsOf(op: OpCase, y: Value, { inputs }: Program): Tensors {
  const feeds: Readonly<Record<string, { shape: readonly number[]; data: Float64Array }>> = feedsOf(op, y);
  return Object.fromEntries(
    inputs.map(({ name }) => {
      const { shape, data } = feeds[name]!;
      return [name, op.others?.[name] ?? g.float32(shape, Float32Array.from(data))];
    }),
  );
}

export const count = (shape: readonly number[]): number => shape.reduce((product, dim) => product * dim, 1);

/**
 * The largest distance of a case's outputs and gradients on `runtime` from the interpreter's, which rounds where the
 * runtime does; NaN where one is NaN.
 */
export async function worstError(op: OpCase, runtime: g.Runtime): Promise<number> {
  const { y, outputs } = jointGraph(op);
  const program = g.program(outputs);
  const executable = await runtime.compile(program);
  const actual = await executable.run(tensorsOf(op, y, program));
  const exact = interpret(program, feedsOf(op, y), runtime.computeDtype);
  let worst = 0;
  for (const name of Object.keys(outputs)) {
    const got = g.floats(actual[name]!);
    if (got.length !== exact[name]!.data.length) return Number.NaN;
    got.forEach((element, i) => {
      const error = Math.abs(element - exact[name]!.data[i]!);
      // Math.max would do, and says NaN for NaN as this must.
      worst = Math.max(worst, error);
    });
  }
  await executable.dispose();
  return worst;
}
