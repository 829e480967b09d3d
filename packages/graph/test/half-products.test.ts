import type { InferenceSession } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { selfTestFeeds, selfTestProgram } from "../src/devices/self-test.ts";
import * as devices from "../src/devices.ts";
import { interpret } from "../src/interpreter/runtime.ts";
import { loadNativeBuild } from "../src/onnx/node-runtime.ts";
import { toTensorflow } from "../src/tensorflow/lower.ts";
import { opCases } from "./cases.ts";
import * as g from "./graph.ts";
import { feedsOf, jointGraph, tensorsOf } from "./joint-graph.ts";

const products = opCases.filter((op) =>
  g.program(jointGraph(op).outputs).steps.some((value) => value.op === "matMul"),
);
const frozen = ["query", "key", "value", "up", "down"];

async function onCpu(model: Uint8Array, feeds: g.Tensors): Promise<InferenceSession.OnnxValueMapType> {
  const ort = await loadNativeBuild();
  const session = await ort.InferenceSession.create(model, { logSeverityLevel: 3 });
  const inputs = Object.entries(feeds).map(
    ([name, { dtype, data, shape }]) => [name, new ort.Tensor(dtype, data as Float32Array, shape)] as const,
  );
  const outputs = await session.run(Object.fromEntries(inputs));
  await session.release();
  return outputs;
}

describe("toOnnx with float16 products", () => {
  // onnxruntime's CPU multiplies in float32 here, so what this shows is that transposes and factors are where they belong.
  test.each(products)("is the same computation: $name", async (op) => {
    const { y, outputs } = jointGraph(op);
    const program = g.program(outputs);
    const actual = await onCpu(
      g.toOnnx(program, { portable: true, computeDtype: "float16" }),
      tensorsOf(op, y, program),
    );
    const exact = interpret(program, feedsOf(op, y));
    for (const name of Object.keys(outputs))
      (actual[name]!.data as Float32Array).forEach((element, i) => {
        expect(Math.abs(element - exact[name]!.data[i]!)).toBeLessThan(8 * g.unitRoundoff.float16);
      });
  });

  test("casts each operand once and adds nothing to a product before it is float32 again", () => {
    const [x, w, v] = ["x", "w", "v"].map((name) => g.input(name, [4, 4]));
    const y = g.add(g.add(g.matMul(x!, w!), g.matMul(x!, v!)), x!);
    const nodes = (computeDtype: g.ComputeDtype) =>
      new TextDecoder("latin1").decode(g.toOnnx(g.program({ y }), { computeDtype })).match(/Cast|Gemm|Add/g)!;
    expect(nodes("float16").sort()).toEqual([
      ...["Add", "Add"],
      ...["Cast", "Cast", "Cast", "Cast", "Cast"], // x, w, v and two products
      ...["Gemm", "Gemm"],
    ]);
    expect(nodes("float32")).not.toContain("Cast");
  });

  test("stores a bound weight that products alone read in two bytes, and any other in four", async () => {
    const program = selfTestProgram();
    const feeds = selfTestFeeds();
    const constants = Object.fromEntries(frozen.map((name) => [name, feeds[name]!]));
    const size = (computeDtype: g.ComputeDtype) =>
      g.toOnnx(program, { constants, computeDtype, portable: true }).length;
    const elements = frozen.reduce((sum, name) => sum + feeds[name]!.data.length, 0);
    const casts = 60 * 70; // bytes of the nodes that cast, with room
    expect(size("float32") - size("float16")).toBeGreaterThan(2 * elements - casts);
    // Read by an addition too.
    const w = g.input("w", [64, 64]);
    const both = g.program({ y: g.add(g.matMul(w, w), w) });
    const weight = { w: g.float32([64, 64], new Float32Array(64 * 64).fill(1 + 2 ** -12)) };
    const model = g.toOnnx(both, { constants: weight, computeDtype: "float16" });
    expect(model.length).toBeGreaterThan(6 * 64 * 64);
    const { y } = await onCpu(model, {});
    expect((y!.data as Float32Array)[0]).toBe(64 + 1 + 2 ** -12); // rounded in the product, and whole beside it
  });

  test("is refused by the CPU, which would multiply in float32, and bfloat16 by all but CUDA", async () => {
    const refused = (message: string) => expect.objectContaining({ code: "E_DEVICE", message });
    await expect(devices.onnxRuntime({ computeDtype: "float16" })).rejects.toThrow(
      refused("computeDtype must be float32 on cpu, got float16"),
    );
    if (process.platform === "linux" && process.arch === "x64")
      await expect(devices.onnxRuntime({ provider: "webgpu", computeDtype: "bfloat16" })).rejects.toThrow(
        refused("computeDtype must be float32 or float16 on webgpu, got bfloat16"),
      );
  });
});

describe("toTensorflow with bfloat16 products", () => {
  const program = selfTestProgram();
  const dtypes = (computeDtype: g.ComputeDtype) =>
    [...toTensorflow(program, new Set(frozen), computeDtype).bound.values()].map(
      ({ name, rounded }) => `${name} ${rounded}`,
    );

  test("keeps bound weights rounded, and not as they are too", () => {
    expect(dtypes("bfloat16").sort()).toEqual(frozen.map((name) => `${name} bfloat16`).sort());
    expect(dtypes("float32").sort()).toEqual(frozen.map((name) => `${name} undefined`).sort());
  });
});
