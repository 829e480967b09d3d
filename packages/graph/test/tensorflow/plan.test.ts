import { describe, expect, test } from "vitest";
import { toTensorflow } from "../../src/tensorflow/lower.ts";
import type { OpPlan, Slot } from "../../src/tensorflow/plan.ts";
import { opCases } from "../cases.ts";
import * as g from "../graph.ts";
import { jointGraph } from "../joint-graph.ts";

/** Goes through a plan as a run does. Returns how many tensors are alive after each step, constants aside. */
function walk({ steps, feeds, constants, outputs }: OpPlan): number[] {
  const live = new Set<Slot>();
  const gone = new Set<Slot>();
  const need = (slot: Slot): void => {
    expect(gone.has(slot), `slot ${slot} is read after it was deleted`).toBe(false);
    if (feeds.has(slot)) live.add(slot);
    expect(live.has(slot) || constants.has(slot), `slot ${slot} is read before it is made`).toBe(true);
  };
  const counts = steps.map(({ inputs, outputs: made, frees }) => {
    inputs.forEach(need);
    for (const slot of made) live.add(slot);
    for (const slot of frees) {
      expect(live.delete(slot), `slot ${slot} is deleted and not alive`).toBe(true);
      gone.add(slot);
    }
    return live.size;
  });
  for (const { slot } of outputs) need(slot);
  const kept = new Set(outputs.map(({ slot }) => slot).filter((slot) => !constants.has(slot)));
  expect(live).toEqual(kept);
  return counts;
}

describe("the lifetimes of a plan", () => {
  test.each(opCases)("end with the last use of each tensor: $name", (op) => {
    walk(toTensorflow(g.program(jointGraph(op).outputs)));
  });

  test("keep one tensor of a chain at a time", () => {
    let x = g.input("x", [4]);
    for (let i = 0; i < 10; i++) x = g.tanh(x);
    expect(walk(toTensorflow(g.program({ x })))).toEqual(new Array(10).fill(1));
  });

  test("take in results that nobody reads", () => {
    const x = g.input("x", [1, 1, 1, 2]);
    const zero = g.input("zero", [1, 1], "int64");
    const table = g.input("table", [1, 1]);
    const turned = g.rotary(x, { positions: zero, cos: table, sin: table });
    expect(walk(toTensorflow(g.program({ turned }))).at(-1)).toBe(1);
  });
});

describe("a plan", () => {
  test("computes what two operations share once: the tables of query and key", () => {
    const [q, k] = ["q", "k"].map((name) => g.input(name, [1, 2, 3, 4]));
    const tables = {
      positions: g.input("positions", [1, 3], "int64"),
      cos: g.input("cos", [5, 2]),
      sin: g.input("sin", [5, 2]),
    };
    const { steps } = toTensorflow(g.program({ q: g.rotary(q!, tables), k: g.rotary(k!, tables) }));
    expect(steps.filter(({ op }) => op === "GatherV2")).toHaveLength(2); // cos and sin
    expect(steps.filter(({ op }) => op === "Split")).toHaveLength(2); // q and k
  });

  test.each([
    ["rmsNorm", (x: g.Value, w: g.Value) => g.rmsNorm(x, w, 1e-5)],
    ["layerNorm", (x: g.Value, w: g.Value) => g.layerNorm(x, w, g.input("b", [4]), 1e-5)],
  ])("takes the statistics of %s from forward to backward", (_, norm) => {
    const [x, w] = [g.input("x", [2, 4]), g.input("w", [4])];
    const y = norm(x, w);
    const [dx] = g.gradient(y, [x], g.input("dy", [2, 4]));
    const { steps } = toTensorflow(g.program({ y, dx: dx! }));
    expect(steps.filter(({ op }) => op === "Sqrt")).toHaveLength(1);
  });

  test("takes alpha to the smaller operand of a product, and leaves it out where it is 1", () => {
    const [x, b] = [g.input("x", [64, 2]), g.input("b", [8, 2])];
    const plan = (alpha: number): OpPlan =>
      toTensorflow(g.program({ y: g.matMul(x, b, { transposeB: true, alpha }) }));
    expect(plan(1).steps.map(({ op }) => op)).toEqual(["MatMul"]);
    const { steps, feeds } = plan(2);
    expect(steps.map(({ op }) => op)).toEqual(["Mul", "MatMul"]);
    expect(feeds.get(steps[0]!.inputs[0]!)).toBe("b");
  });
});
