import { statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { selfTestFeeds, selfTestProgram } from "../src/devices/self-test.ts";
import { loadNativeBuild, onnxRuntime } from "../src/onnx/node-runtime.ts";
import { sessionOptions } from "../src/onnx/session.ts";
import * as g from "./graph.ts";
import { runtimes } from "./runtimes.ts";

const frozen = ["query", "key", "value", "up", "down", "rmsWeight", "weight", "bias", "labels", "mask"];

/** x Wᵀ with W in 4 bits. */
function product4bit() {
  const levels = Array.from({ length: 16 }, (_, i) => Math.fround(Math.sin(i)));
  const [codes, absmax] = [g.input("codes", [384], "uint8"), g.input("absmax", [12])];
  const weight = g.decode4bit(codes, absmax, { levels, blockSize: 64, shape: [24, 32] });
  const waves = (count: number) => Float32Array.from({ length: count }, (_, i) => 2 + Math.cos(i));
  const bytes = Uint8Array.from({ length: 384 }, (_, i) => (i * 89) & 255);
  return {
    program: g.program({ y: g.matMul(g.input("x", [3, 32]), weight, { transposeB: true }) }),
    x: g.float32([3, 32], waves(96)),
    constants: { codes: g.uint8([384], bytes), absmax: g.float32([12], waves(12)) },
  };
}

describe.each(runtimes.map((each) => [each.title, each] as const))("on %s", (_, { missing, make }) => {
  test.skipIf(missing)("a LoRA step gives the same bytes with its frozen weights bound", async () => {
    const runtime = await make();
    const program = selfTestProgram();
    const feeds = selfTestFeeds();
    const split = (bound: boolean) =>
      Object.fromEntries(Object.entries(feeds).filter(([name]) => frozen.includes(name) === bound));
    const fed = await runtime.compile(program);
    const bound = await runtime.compile(program, { constants: split(true) });
    const wanted = await fed.run(feeds);
    // Twice: what is bound must outlive a run.
    for (let i = 0; i < 2; i++) expect(await bound.run(split(false))).toEqual(wanted);
    await Promise.all([fed.dispose(), bound.dispose()]);
  });

  test.skipIf(missing)("a weight in 4 bits gives the same bytes with its codes bound", async () => {
    const { program, x, constants } = product4bit();
    const runtime = await make();
    const fed = await runtime.compile(program);
    const bound = await runtime.compile(program, { constants });
    const wanted = await fed.run({ x, ...constants });
    for (let i = 0; i < 2; i++) expect(await bound.run({ x })).toEqual(wanted);
    await Promise.all([fed.dispose(), bound.dispose()]);
  });

  test.skipIf(missing)("constants that are no inputs, or do not fit, are named", async () => {
    const runtime = await make();
    const x = g.input("x", [2]);
    const program = g.program({ y: g.add(x, x) });
    const compile = (constants: g.Tensors) => runtime.compile(program, { constants });
    await expect(compile({ z: g.float32([2]) })).rejects.toThrow(
      "constants must be inputs of the program, got z",
    );
    await expect(compile({ x: g.float32([3]) })).rejects.toThrow(
      'input "x" must be float32[2], got float32[3]',
    );
    const executable = await compile({ x: g.float32([2], Float32Array.of(1, 2)) });
    expect([...(await executable.run({})).y!.data]).toEqual([2, 4]);
    await executable.dispose();
  });
});

test("codes that are bound on the CPU are decoded once for all", async () => {
  const { program, x, constants } = product4bit();
  const bound = await (await onnxRuntime()).compile(program, { constants });
  const wanted = await bound.run({ x });
  (constants.codes.data as Uint8Array).fill(0);
  expect(await bound.run({ x })).toEqual(wanted);
  await bound.dispose();
});

test("codes that are bound on a GPU stay codes, and are not decoded once for all when the session is made", async () => {
  const ort = await loadNativeBuild();
  const codes = g.input("codes", [128 * 64], "uint8");
  const absmax = g.input("absmax", [256]);
  const levels = Array.from({ length: 16 }, (_, i) => Math.fround((i - 8) / 8));
  const weight = g.decode4bit(codes, absmax, { levels, blockSize: 64, shape: [128, 128] });
  const y = g.matMul(g.input("x", [4, 128]), weight, { transposeB: true });
  const constants = { codes: g.uint8(codes.shape, new Uint8Array(128 * 64)), absmax: g.float32([256]) };
  const model = g.toOnnx(g.program({ y }), { portable: true, constants });
  // What onnxruntime makes of the model under a GPU's options, on the CPU, where every machine can look.
  const { extra } = sessionOptions("webgpu", 1);
  const bytes = async (options: object): Promise<number> => {
    const optimizedModelFilePath = join(temporaryFolder(), "optimised.onnx");
    const session = await ort.InferenceSession.create(model, {
      executionProviders: ["cpu"],
      logSeverityLevel: 3,
      optimizedModelFilePath,
      ...options,
    });
    await session.release();
    const { size } = statSync(optimizedModelFilePath);
    return size;
  };
  expect(await bytes({ extra: { optimization: extra!.optimization } })).toBeLessThan(2 * model.length);
  expect(await bytes({})).toBeGreaterThan(4 * 128 * 128); // without them it would be float32
});
