import { expect, test } from "vitest";
import * as devices from "../src/devices.ts";
import { interpret } from "../src/interpreter/runtime.ts";
import { codedSegments } from "../src/onnx/segments.ts";
import * as g from "./graph.ts";
import { nf4 } from "./nf4.ts";

interface Shape {
  readonly rows?: number;
  readonly blockSize?: number;
}

/** A gated feed-forward layer on 4-bit weights, as in a block of a decoder. */
function feedForward({ rows = 2, blockSize = 32 }: Shape = {}) {
  const coded = (name: string, outDim: number, inDim: number) => {
    const size = outDim * inDim;
    const codes = g.input(`${name}.codes`, [size / 2], "uint8");
    const absmax = g.input(`${name}.absmax`, [size / blockSize]);
    return g.decode4bit(codes, absmax, { levels: nf4, blockSize, shape: [outDim, inDim], product: "nf4" });
  };
  const product = (x: g.Value, name: string, outDim: number) =>
    g.matMul(x, coded(name, outDim, x.shape[1]!), { transposeB: true });
  const x = g.input("x", [rows, 64]);
  const gate = product(x, "gate", 96); // x is an input: nothing runs before this product
  const up = product(x, "up", 96);
  const inside = g.mul(g.silu(gate), up);
  const y = g.add(g.mul(x, g.constant(0.5)), product(inside, "down", 64)); // x/2 is known long before
  return { gate, inside, y };
}

function feedsOf({ inputs }: g.Program): g.Tensors {
  return Object.fromEntries(
    inputs.map(({ name, value: { shape, dtype } }, at) => {
      const count = g.sizeOf(shape);
      const data =
        dtype === "uint8"
          ? Uint8Array.from({ length: count }, (_, i) => (i * 89 + 7 * at) & 255)
          : Float32Array.from({ length: count }, (_, i) => 0.2 + Math.sin(i + at) / 10);
      return [
        name,
        dtype === "uint8" ? g.uint8(shape, data as Uint8Array) : g.float32(shape, data as Float32Array),
      ];
    }),
  );
}

function expectClose(actual: g.Tensors, exact: ReturnType<typeof interpret>): void {
  expect(Object.keys(actual).sort()).toEqual(Object.keys(exact).sort());
  for (const [name, { data }] of Object.entries(exact))
    data.forEach((wanted, i) => {
      expect(Math.abs((actual[name]!.data as Float32Array)[i]! - wanted), `${name}[${i}]`).toBeLessThan(
        1e-5 * (1 + Math.abs(wanted)),
      );
    });
}

test("a program is divided at its products of few rows, and gives what the whole one gives", async () => {
  const program = g.program({ ...feedForward() }); // a product, a carried value and the last value are outputs
  const { segments } = codedSegments(program, {})!;
  expect(segments.map(({ products }) => products.length)).toEqual([2, 1, 0]);
  expect(
    segments.map((segment) =>
      segment.program?.steps.some(({ op }) => op === "decode4bit" || op === "matMul"),
    ),
  ).toEqual([false, false, false]);
  const feeds = feedsOf(program);
  const executable = await (await devices.onnxRuntime()).compile(program);
  const outputs = await executable.run(feeds);
  expectClose(outputs, interpret(program, feeds));
  expect(await executable.run(feeds), "the same bytes").toEqual(outputs);
  await executable.dispose();
});

test("the caller's tensors are written, and a missing input is named", async () => {
  const program = g.program({ y: feedForward().y });
  const feeds = feedsOf(program);
  const executable = await (await devices.onnxRuntime()).compile(program);
  const into = { y: g.float32([2, 64]) };
  expect((await executable.run(feeds, into)).y).toBe(into.y);
  expectClose(into, interpret(program, feeds));
  const { x: _, ...rest } = feeds;
  await expect(async () => executable.run(rest)).rejects.toThrow(
    'input "x" must be float32[2,64], got nothing',
  );
  await executable.dispose();
});

test.each([
  ["five rows", { rows: 5 }],
  ["blocks that cross rows", { blockSize: 128 }],
])("a program with %s stays whole", async (_, shape) => {
  const program = g.program({ y: feedForward(shape).y });
  expect(codedSegments(program, {})).toBeUndefined();
  const feeds = feedsOf(program);
  expectClose(
    await (await (await devices.onnxRuntime()).compile(program)).run(feeds),
    interpret(program, feeds),
  );
});

test("weights that are bound are decoded once, and the other products stay with the host", async () => {
  const program = g.program({ y: feedForward().y });
  const { "down.codes": codes, "down.absmax": absmax, ...feeds } = feedsOf(program);
  const constants = { "down.codes": codes!, "down.absmax": absmax! };
  const { segments } = codedSegments(program, constants)!;
  expect(segments.map(({ products }) => products.length)).toEqual([2, 0]);
  const executable = await (await devices.onnxRuntime()).compile(program, { constants });
  expectClose(await executable.run(feeds), interpret(program, { ...feeds, ...constants }));
});
