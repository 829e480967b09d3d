import { describe, expect, test } from "vitest";
import { ancestors } from "../src/gradient.ts";
import { interpret } from "../src/interpreter/runtime.ts";
import { vjpRules } from "../src/vjp.ts";
import { opCases } from "./cases.ts";
import * as g from "./graph.ts";
import { count, feedsOf, jointGraph } from "./joint-graph.ts";

describe.each(opCases)("$name", (op) => {
  const { y, loss, outputs } = jointGraph(op);
  const feeds = feedsOf(op, y);

  test("has the gradient that central differences of the interpreter give", () => {
    const exact = interpret(g.program(outputs), feeds);
    const lossOnly = g.program({ loss });
    op.floats.forEach((shape, i) => {
      const step = 1e-5;
      for (let j = 0; j < count(shape); j++) {
        const at = (delta: number): number => {
          const moved = Float64Array.from(feeds[`x${i}` as "weights"]!.data);
          moved[j]! += delta;
          return interpret(lossOnly, { ...feeds, [`x${i}`]: { shape, data: moved } }).loss!.data[0]!;
        };
        const slope = (at(step) - at(-step)) / (2 * step);
        expect(exact[`d${i}`]!.data[j], `d loss / d x${i}[${j}]`).toBeCloseTo(slope, 7);
      }
    });
  });
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
    expect(interpret(g.program({ dx: dx! }), { x: g.float32([1], Float32Array.of(5)) }).dx!.data[0]).toBe(13);
  });

  test("is also the gradient of a gradient: the third power has second derivative 6x", () => {
    const x = g.input("x", [1]);
    const [first] = g.gradient(g.mul(g.mul(x, x), x), [x]);
    const [second] = g.gradient(first!, [x]);
    expect(interpret(g.program({ y: second! }), { x: g.float32([1], Float32Array.of(2)) }).y!.data[0]).toBe(
      12,
    );
  });

  test("of a low-rank update multiplies no matrix of the weight's size", () => {
    const [x, w, b, a] = [
      g.input("x", [64, 16]),
      g.input("w", [12, 16]),
      g.input("b", [12, 2]),
      g.input("a", [2, 16]),
    ];
    const y = g.matMul(x, g.add(w, g.matMul(b, a)), { transposeB: true });
    const gradients = g.gradient(y, [b, a], g.input("dy", [64, 12]));
    const products = ancestors(gradients).filter(({ op }) => op === "matMul");
    expect(products.map(({ shape }) => shape)).toEqual([
      [64, 2],
      [12, 2],
      [64, 2],
      [2, 16],
    ]);
    // Where the weight is trained too, its gradient is as large as itself.
    const [dw] = g.gradient(y, [w], g.input("dy", [64, 12]));
    expect(dw!.shape).toEqual([12, 16]);
  });

  test("refuses an output of more than one element, and an input that the output does not use", () => {
    const x = g.input("x", [2]);
    expect(() => g.gradient(x, [x])).toThrow(
      "gradient needs an output of one element, got float32[2]; others need a cotangent",
    );
    const unused = g.input("unused", [3]);
    expect(() => g.gradient(g.sum(x, [0]), [unused])).toThrow(
      "the output does not depend on input float32[3]",
    );
  });
});
