import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import * as devices from "../src/devices.ts";
import { MessageWriter } from "../src/onnx/model.ts";
import { endsFirst } from "../src/onnx/to-onnx.ts";
import { gatherColumns } from "../src/ops/arrays.ts";
import { opCases } from "./cases.ts";
import { digestOfStep } from "./deterministic-step.ts";
import * as g from "./graph.ts";
import { jointGraph } from "./joint-graph.ts";

describe("MessageWriter", () => {
  test("writes the examples of the encoding's own documentation", () => {
    // https://protobuf.dev/programming-guides/encoding/: field 1 = 150; field 2 = "testing"; packed field 6 = [3, 270, 86942]
    expect([...new MessageWriter().varint(1, 150).finish()]).toEqual([0x08, 0x96, 0x01]);
    expect([...new MessageWriter().string(2, "testing").finish()]).toEqual([
      0x12, 7, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67,
    ]);
    expect([...new MessageWriter().packedVarints(6, [3, 270, 86942]).finish()]).toEqual([
      0x32, 6, 3, 0x8e, 2, 0x9e, 0xa7, 5,
    ]);
  });

  test("writes a negative integer in ten bytes, as int64 is", () => {
    expect([...new MessageWriter().varint(1, -2).finish()]).toEqual([8, 0xfe, ...new Array(8).fill(0xff), 1]);
  });
});

describe("toOnnx", () => {
  test("gives the same bytes for the same program", () => {
    const build = () => {
      const x = g.input("x", [2, 3]);
      return g.toOnnx(g.program({ y: g.softmax(g.add(g.matMul(x, g.input("w", [3, 3])), g.constant(0.5))) }));
    };
    expect(build()).toEqual(build());
  });

  test("makes one Gemm of a product and what is added to it, so the LoRA branch costs no pass of its own", () => {
    const names = ["x", "w", "a", "b"] as const;
    const shapes = { x: [4, 8], w: [6, 8], a: [2, 8], b: [6, 2] };
    const [x, w, a, b] = names.map((name) => g.input(name, shapes[name]));
    const low = g.matMul(x!, a!, { transposeB: true });
    const y = g.add(
      g.matMul(x!, w!, { transposeB: true }),
      g.matMul(low, b!, { transposeB: true, alpha: 4 }),
    );
    const text = new TextDecoder("latin1").decode(g.toOnnx(g.program({ y })));
    expect(text.match(/Gemm/g)).toHaveLength(3); // x Wᵀ, x Aᵀ, and (x Aᵀ) Bᵀ + x Wᵀ
    expect(text).not.toContain("Add");
  });

  test("does not fuse a product that is also an output", async () => {
    const a = g.input("a", [2, 2]);
    const product = g.matMul(a, a);
    const executable = await (await devices.onnxRuntime()).compile(
      g.program({ product, sum: g.add(product, a) }),
    );
    const { product: p, sum } = await executable.run({ a: g.float32([2, 2], Float32Array.of(1, 2, 3, 4)) });
    expect([...p!.data]).toEqual([7, 10, 15, 22]);
    expect([...sum!.data]).toEqual([8, 12, 18, 26]);
  });
});

describe("onnxRuntime, into given memory", () => {
  const x = g.input("x", [1000, 1000]);
  const outputs = { y: g.add(x, g.constant(1)), z: g.mul(x, x) };
  const feeds = { x: g.float32([1000, 1000], new Float32Array(1e6).fill(3)) };
  const place = () => g.float32([1000, 1000]);

  test("copies no output that it has written where it was told to", async () => {
    const executable = await (await devices.onnxRuntime()).compile(g.program(outputs));
    const into = { y: place(), z: place() };
    await executable.run(feeds, into);
    const before = process.memoryUsage().arrayBuffers;
    const results = await executable.run(feeds, into);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1e6); // a copy of one takes 4e6
    expect([results.y, results.z]).toEqual([into.y, into.z]);
    expect([into.y.data[999_999], into.z.data[0]]).toEqual([4, 9]);
  });

  test("makes those outputs that no memory is given for", async () => {
    const executable = await (await devices.onnxRuntime()).compile(g.program(outputs));
    const { y, z } = await executable.run(feeds, { z: place() });
    expect([y!.data[7], z!.data[7]]).toEqual([4, 9]);
  });

  test("says what is wrong with a run that fails", async () => {
    const picked = g.gatherRows(x, g.input("rows", [1], "int64"));
    const executable = await (await devices.onnxRuntime()).compile(g.program({ picked }));
    const run = executable.run({ ...feeds, rows: g.int64([1], [1000]) }, { picked: g.float32([1, 1000]) });
    await expect(run).rejects.toThrow(/indices element out of data bounds/);
  });
});

describe("toOnnx, portable", () => {
  test("uses none of the operators that a GPU provider lacks", () => {
    const text = (portable: boolean) =>
      opCases
        .map((op) =>
          new TextDecoder("latin1").decode(g.toOnnx(g.program(jointGraph(op).outputs), { portable })),
        )
        .join();
    const lacking = ["FusedMatMul", "LogSoftmax", "ScatterElements", "GatherElements"];
    expect(lacking.filter((name) => !text(false).includes(name))).toEqual([]);
    expect(lacking.filter((name) => text(true).includes(name))).toEqual([]);
  });

  test("keeps the loss of a label that is all but impossible, and passes infinities over", async () => {
    const runtime = await devices.onnxRuntime({ portable: true });
    const x = g.input("x", [2, 3]);
    const labels = g.input("labels", [2], "int64");
    const program = g.program({ loss: g.crossEntropy(x, labels), picked: gatherColumns(x, labels) });
    const executable = await runtime.compile(program);
    const { loss, picked } = await executable.run({
      x: g.float32([2, 3], Float32Array.of(300, 100, 0, Number.NEGATIVE_INFINITY, 1, 1)),
      labels: g.int64([2], [2, 1]),
    });
    expect(g.floats(loss!)[0]).toBe(300); // log(e^300 + e^100 + 1) = 300 to float32
    expect(g.floats(loss!)[1]).toBeCloseTo(Math.LN2, 6);
    expect([...picked!.data]).toEqual([0, 1]);
    await executable.dispose();
  });
});

describe("onnxRuntime", () => {
  test("names the providers of this platform when it is asked for another", async () => {
    const foreign = process.platform === "darwin" ? "dml" : "coreml";
    await expect(devices.onnxRuntime({ provider: foreign })).rejects.toThrow(
      expect.objectContaining({
        code: "E_DEVICE",
        message: expect.stringMatching(
          new RegExp(
            `^provider must be one that ONNX Runtime has on ${process.platform} ${process.arch} \\(cpu.*\\), got ${foreign}$`,
          ),
        ),
      }),
    );
  });

  test("gives the same bytes on 1 and 2 threads and in another process", async () => {
    const here = await digestOfStep("onnx", 1);
    expect(await digestOfStep("onnx", 2)).toBe(here);
    const script = fileURLToPath(new URL("./deterministic-step.ts", import.meta.url));
    const flags = ["--conditions=@lorank/source", "--import", "tsx", script];
    for (const threads of ["1", "2"]) {
      expect(execFileSync(process.execPath, [...flags, "onnx", threads], { encoding: "utf8" }).trim()).toBe(
        here,
      );
    }
  });
});

const node = (inputs: string[], output: string) => ({ opType: "Op", inputs, outputs: [output] });

test("puts the nodes that no other takes from behind the others, the first of them last", () => {
  const chain = node(["dy"], "dh");
  const early = node(["dh", "h"], "dw");
  const next = node(["dh"], "dx");
  const late = node(["dx", "x"], "dv");
  const end = node(["dx"], "out");
  expect(endsFirst([chain, early, next, late, end])).toEqual([chain, next, end, late, early]);
});
