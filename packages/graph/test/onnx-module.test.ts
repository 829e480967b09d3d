import { expect, test } from "vitest";
import { onnxRuntime } from "../src/devices.ts";
import { float32, gradient, onnxRuntimeFrom, program } from "../src/index.ts";
import { loadNativeBuild } from "../src/onnx/node-runtime.ts";
import type { OnnxSession } from "../src/onnx/session.ts";
import { input } from "../src/ops/arrays.ts";
import { mul, sum } from "../src/ops/elementwise.ts";
import { decode4bit, matMul } from "../src/ops/mat-mul.ts";
import { uint8 } from "../src/tensor.ts";

const ort = await loadNativeBuild();
const x = input("x", [2, 4]);
const codes = input("codes", [8], "uint8");
const absmax = input("absmax", [1]);
const levels = Array.from({ length: 16 }, (_, i) => (i - 8) / 8);
const w = decode4bit(codes, absmax, { levels, blockSize: 64, shape: [4, 4] });
const y = matMul(x, w);
const loss = sum(mul(y, y), [0, 1]);
const step = program({ y, dx: gradient(loss, [x])[0]! });
const feeds = {
  x: float32(
    [2, 4],
    Float32Array.from({ length: 8 }, (_, i) => Math.sin(i)),
  ),
  codes: uint8(
    [8],
    Uint8Array.from({ length: 8 }, (_, i) => 37 * i),
  ),
  absmax: float32([1], Float32Array.of(0.7)),
};

test.each([false, true])(
  "a module that is passed in gives the bytes of the one that is loaded (portable %s)",
  async (portable) => {
    const passed = onnxRuntimeFrom(ort, { provider: "cpu", portable });
    expect(passed).toMatchObject({
      name: "onnx",
      device: "cpu",
      computeDtype: "float32",
      bindsConstants: false,
    });
    const loaded = await onnxRuntime({ portable });
    const [one, two] = await Promise.all([passed.compile(step), loaded.compile(step)]);
    const [found, expected] = await Promise.all([one.run(feeds), two.run(feeds)]);
    expect(found).toEqual(expected);
    const into = { dx: float32([2, 4]) };
    expect((await one.run(feeds, into)).dx).toBe(into.dx);
    expect(into.dx.data).toEqual(expected.dx!.data);
    await Promise.all([one.dispose(), two.dispose()]);
  },
);

test("outputs are written where the caller says, by a module too that leaves given tensors as they are", async () => {
  const { InferenceSession, Tensor } = ort;
  const create = async (model: Uint8Array, options: object = {}): Promise<OnnxSession> => {
    const session: OnnxSession = await InferenceSession.create(model, options);
    return {
      run: (inputs, fetches) =>
        session.run(inputs, Object.fromEntries(Object.keys(fetches).map((name) => [name, null]))),
      release: () => session.release(),
    };
  };
  const executable = await onnxRuntimeFrom(
    { InferenceSession: { create }, Tensor },
    { provider: "cpu" },
  ).compile(step);
  const { dx } = await executable.run(feeds);
  const into = { dx: float32([2, 4]) };
  expect((await executable.run(feeds, into)).dx).toBe(into.dx);
  expect(into.dx.data).toEqual(dx!.data);
  await executable.dispose();
});

test.each([
  [false, ["codes.decoded", "x"]],
  [true, ["absmax", "codes", "x"]],
])("4-bit weights are decoded beside the session, or by it if it is portable (%s)", async (portable, fed) => {
  const { InferenceSession, Tensor } = ort;
  let inputs: string[] = [];
  const create = async (model: Uint8Array, options: object = {}): Promise<OnnxSession> => {
    const session: OnnxSession = await InferenceSession.create(model, options);
    return {
      run: (given, fetches) => {
        inputs = Object.keys(given).sort();
        return session.run(given, fetches);
      },
      release: () => session.release(),
    };
  };
  const module = { InferenceSession: { create }, Tensor };
  const executable = await onnxRuntimeFrom(module, { provider: "cpu", portable }).compile(step);
  await executable.run(feeds);
  expect(inputs).toEqual(fed);
  await executable.dispose();
});

test("what the module says of a provider that it lacks reaches the caller", async () => {
  const runtime = onnxRuntimeFrom(ort, { provider: "nnapi" });
  await expect(runtime.compile(step)).rejects.toMatchObject({
    code: "E_DEVICE",
    message: expect.stringMatching(/^nnapi could not run this program: /),
  });
});
