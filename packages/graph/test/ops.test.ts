import { describe, expect, test } from "vitest";
import { expand, gatherColumns } from "../src/ops/arrays.ts";
import { GraphError } from "../src/value.ts";
import * as g from "./graph.ts";

const x = g.input("x", [2, 3]);
const y = g.input("y", [4, 3]);
const ids = g.input("ids", [5], "int64");

describe("building a graph checks shapes and dtypes at once", () => {
  test.each<[string, () => unknown, string]>([
    ["add", () => g.add(x, y), "add cannot broadcast float32[2,3] with float32[4,3]"],
    ["add of integers", () => g.add(ids, ids), "add needs float32 inputs, got int64[5]"],
    [
      "matMul",
      () => g.matMul(x, y),
      "matMul needs equal inner dimensions, got float32[2,3] and float32[4,3]",
    ],
    [
      "matMul with a transpose",
      () => g.matMul(x, y, { transposeA: true, transposeB: true }),
      "matMul needs equal inner dimensions, got float32[2,3] and float32[4,3] (a transposed) (b transposed)",
    ],
    [
      "matMul of unequal batches",
      () => g.matMul(g.reshape(x, [1, 2, 3]), g.input("z", [2, 3, 4])),
      "matMul needs two tensors with equal leading axes, got float32[1,2,3] and float32[2,3,4]",
    ],
    ["reshape", () => g.reshape(x, [4]), "reshape cannot turn float32[2,3] into [4]"],
    ["expand", () => expand(x, [2, 4]), "expand cannot turn float32[2,3] into [2,4]"],
    [
      "transpose",
      () => g.transpose(x, [0, 0]),
      "transpose of float32[2,3] needs a permutation of its axes, got [0,0]",
    ],
    ["sum", () => g.sum(x, [2]), "sum of float32[2,3] needs axes from 0 to 1, got [2]"],
    ["input", () => g.input("z", [2, 0]), 'input "z" needs positive integer dimensions, got [2,0]'],
    ["constant", () => g.constant([1, 2], [3]), "constant of shape [3] got 2 elements"],
    ["rmsNorm", () => g.rmsNorm(x, g.input("w", [2]), 1e-5), "rmsNorm needs a weight of the last axis' size"],
    ["gatherRows", () => g.gatherRows(x, x), "gatherRows needs int64 indices of one axis, got float32[2,3]"],
    [
      "gatherColumns",
      () => gatherColumns(x, ids),
      "gatherColumns needs one column a row, got int64[5] for float32[2,3]",
    ],
    [
      "crossEntropy",
      () => g.crossEntropy(x, ids),
      "crossEntropy needs logits [n, classes] and int64 labels [n]",
    ],
    ["cast", () => g.cast(x, "uint8"), "cast supports uint8 to float32, got float32[2,3] to uint8"],
  ])("%s", (_, build, message) => {
    expect(build).toThrow(GraphError);
    expect(build).toThrow(message);
  });

  test("rotary needs four axes with an even last one, and tables that fit it", () => {
    const positions = g.input("p", [2, 3], "int64");
    const tables = { positions, cos: g.input("cos", [8, 2]), sin: g.input("sin", [8, 2]) };
    expect(() => g.rotary(x, tables)).toThrow("rotary needs [batch, heads, seq, even], got float32[2,3]");
    expect(() => g.rotary(g.input("q", [2, 1, 3, 6]), tables)).toThrow(
      "rotary needs tables [positions, 3], got float32[8,2]",
    );
  });
});

describe("a program", () => {
  test("lists its inputs once, in order of first use, and computes nothing that no output needs", () => {
    const a = g.input("a", [2]);
    const b = g.input("b", [2]);
    g.exp(b); // not part of the program
    const { inputs, steps } = g.program({ y: g.add(g.mul(a, a), b) });
    expect(inputs.map(({ name }) => name)).toEqual(["a", "b"]);
    expect(steps.map(({ op }) => op)).toEqual(["mul", "add"]);
  });

  test("refuses two inputs of one name", () => {
    expect(() => g.program({ y: g.add(g.input("a", [2]), g.input("a", [1])) })).toThrow(
      'two inputs are called "a"',
    );
  });
});

describe("splitForwardBackward", () => {
  const a = g.input("a", [3]);
  const dy = g.input("dy", [3]);
  const out = g.exp(g.mul(a, a));
  const [da] = g.gradient(out, [a], dy);

  test("hands over what the backward pass uses, and nothing when it recomputes", () => {
    const saving = g.splitForwardBackward({ y: out }, { da: da! }, "nothing");
    expect(saving.saved).toEqual(["saved.0"]); // exp(a²); a itself is an input anyway
    expect(saving.backward.inputs.map(({ name }) => name).sort()).toEqual(["a", "dy", "saved.0"]);
    const again = g.splitForwardBackward({ y: out }, { da: da! }, "everything");
    expect(again.saved).toEqual([]);
    expect(again.backward.inputs.map(({ name }) => name).sort()).toEqual(["a", "dy"]);
  });

  test("hands over products and what was added to them, and computes the rest again", async () => {
    const names = ["x", "w", "bias", "la", "lb", "v"] as const;
    const shapes = { x: [4, 3], w: [3, 3], bias: [3], la: [3, 2], lb: [2, 3], v: [3, 3] };
    const [x, w, bias, la, lb, v] = names.map((name) => g.input(name, shapes[name])) as g.Value[];
    const low = g.matMul(x!, la!);
    const linear = g.add(g.add(g.matMul(x!, w!), bias!), g.matMul(low, lb!));
    const y = g.matMul(g.gelu(linear), v!);
    const seed = g.input("dy", [4, 3]);
    const [dla, dv] = g.gradient(y, [la!, v!], seed);
    const { saved, forward, backward } = g.splitForwardBackward({ y }, { dla: dla!, dv: dv! }, "cheap");
    expect(saved).toHaveLength(1); // `linear`; x·la is not used by these gradients, gelu is computed again
    expect(forward.outputs["saved.0"]).toBe(linear);
    expect(backward.steps.filter(({ op }) => op === "matMul").every((step) => step.id > y.id)).toBe(true);
  });

  test("hands over what is made of a product alone in its place, where the size stays", () => {
    const x = g.input("x", [4, 6]);
    const product = (name: string) => g.matMul(x, g.input(name, [6, 6]));
    const [turned, used, wide] = [product("a"), product("b"), product("c")];
    const heads = g.tanh(g.transpose(g.reshape(turned, [4, 2, 3]), [1, 0, 2])); // as heads with positions are
    const y = g.sum(
      g.add(
        g.add(g.exp(g.reshape(heads, [4, 6])), g.mul(used, g.exp(used))),
        g.sum(g.exp(expand(g.reshape(wide, [1, 4, 6]), [2, 4, 6])), [0]),
      ),
      [0, 1, 2],
    );
    const [dx] = g.gradient(y, [x], g.input("dy", [1, 1, 1]));
    const { forward } = g.splitForwardBackward({ y }, { dx: dx! }, "cheap");
    const { y: _, ...saved } = forward.outputs;
    // `heads` is used by its own gradient too, `used` twice, and what follows `wide` is larger.
    expect(Object.values(saved)).toEqual([used, wide, heads]);
  });

  test("leaves weights in 4 bits where they are: they are decoded again, not handed over", () => {
    const x = g.input("x", [2, 4]);
    const codes = g.input("codes", [8], "uint8");
    const options = { levels: new Array<number>(16).fill(1), blockSize: 16, shape: [4, 4] };
    const w = g.decode4bit(codes, g.input("absmax", [1]), options);
    const y = g.tanh(g.matMul(x, w));
    const [dx] = g.gradient(y, [x], g.input("dy", [2, 4]));
    for (const recompute of ["nothing", "cheap"] as const) {
      const { backward, forward } = g.splitForwardBackward({ y }, { dx: dx! }, recompute);
      expect(Object.values(forward.outputs)).not.toContain(w);
      expect(backward.inputs.map(({ name }) => name)).toContain("codes");
    }
  });
});

test("a tensor must have as many elements as its shape says", () => {
  expect(() => g.float32([2, 3], new Float32Array(5))).toThrow(
    "tensor of shape [2,3] must have 6 elements, got 5",
  );
});
