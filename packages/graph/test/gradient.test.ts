import { beforeAll, describe, expect, test } from "vitest";
import { ancestors } from "../src/gradient.ts";
import type { Runtime, Value } from "../src/index.ts";
import * as g from "../src/index.ts";
import { vjpRules } from "../src/vjp.ts";
import { type OpCase, opCases } from "./cases.ts";

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
function jointGraph(op: OpCase) {
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
  return { floats, y, loss, gradients };
}

function feedsOf(op: OpCase, y: Value) {
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

const count = (shape: readonly number[]): number => shape.reduce((product, dim) => product * dim, 1);

describe.each(opCases)("$name", (op) => {
  const { y, loss, gradients } = jointGraph(op);
  const outputs = Object.fromEntries([["y", y], ...gradients.map((dx, i) => [`d${i}`, dx] as const)]);
  const feeds = feedsOf(op, y);

  test("has the gradient that central differences of the interpreter give", () => {
    const exact = g.interpret(g.program(outputs), feeds);
    const lossOnly = g.program({ loss });
    op.floats.forEach((shape, i) => {
      const step = 1e-5;
      for (let j = 0; j < count(shape); j++) {
        const at = (delta: number): number => {
          const moved = Float64Array.from(feeds[`x${i}` as "weights"]!.data);
          moved[j]! += delta;
          return g.interpret(lossOnly, { ...feeds, [`x${i}`]: { shape, data: moved } }).loss!.data[0]!;
        };
        const slope = (at(step) - at(-step)) / (2 * step);
        expect(exact[`d${i}`]!.data[j], `d loss / d x${i}[${j}]`).toBeCloseTo(slope, 7);
      }
    });
  });

  test("gives the interpreter's numbers on the ONNX runtime, forward and backward", async () => {
    const compiled = await runtime.compile(g.program(outputs));
    const tensors = Object.fromEntries(
      Object.entries(feeds).map(([name, { shape, data }]) => {
        const other = op.others?.[name];
        return [name, other ?? g.float32(shape, Float32Array.from(data))];
      }),
    );
    const needed = Object.fromEntries(g.program(outputs).inputs.map(({ name }) => [name, tensors[name]!]));
    const actual = await compiled.run(needed);
    const exact = g.interpret(g.program(outputs), feeds);
    for (const name of Object.keys(outputs)) {
      const got = g.floats(actual[name]!);
      expect(got.length).toBe(exact[name]!.data.length);
      got.forEach((element, i) => {
        expect(Math.abs(element - exact[name]!.data[i]!), `${name}[${i}]`).toBeLessThan(5e-6);
      });
    }
    await compiled.dispose();
  });
});

let runtime: Runtime;
beforeAll(async () => {
  runtime = await g.onnxRuntime();
});

describe("gradient", () => {
  test("has a case for every operation that has a rule", () => {
    const covered = new Set<string>();
    for (const op of opCases) for (const value of ancestors([jointGraph(op).loss])) covered.add(value.op);
    expect(Object.keys(vjpRules).filter((name) => !covered.has(name))).toEqual([]);
  });

  test("adds up over every use of a value", () => {
    const x = g.input("x", [1]);
    const [dx] = g.gradient(g.add(g.mul(x, x), g.mul(x, g.constant(3))), [x]);
    expect(g.interpret(g.program({ dx: dx! }), { x: g.float32([1], Float32Array.of(5)) }).dx!.data[0]).toBe(
      13,
    );
  });

  test("is also the gradient of a gradient: the third power has second derivative 6x", () => {
    const x = g.input("x", [1]);
    const [first] = g.gradient(g.mul(g.mul(x, x), x), [x]);
    const [second] = g.gradient(first!, [x]);
    expect(g.interpret(g.program({ y: second! }), { x: g.float32([1], Float32Array.of(2)) }).y!.data[0]).toBe(
      12,
    );
  });

  test("refuses an output of more than one element, and an input that the output does not use", () => {
    const x = g.input("x", [2]);
    expect(() => g.gradient(x, [x])).toThrow(
      "gradient needs an output of one element, got float32[2]; use vjp for others",
    );
    const unused = g.input("unused", [3]);
    expect(() => g.gradient(g.sum(x, [0]), [unused])).toThrow(
      "the output does not depend on input float32[3]",
    );
  });
});
