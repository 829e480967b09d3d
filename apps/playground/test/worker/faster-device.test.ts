import { describe, expect, test } from "vitest";
import type { Device } from "../../src/settings.ts";
import { Stopped } from "../../src/worker/failure.ts";
import { type FirstSteps, fasterDevice } from "../../src/worker/faster-device.ts";

const wasm: FirstSteps = { losses: [0.7, 0.6], seconds: 0.214 };
const choice = (gpu: FirstSteps | Error) =>
  fasterDevice(async (device: Device) => {
    if (device === "wasm") return wasm;
    if (gpu instanceof Error) throw gpu;
    return gpu;
  });

describe("the GPU", () => {
  test("is taken if it is faster and comes to the same losses", async () => {
    expect(await choice({ losses: [0.7, 0.600001], seconds: 0.0521 })).toEqual({
      device: "webgpu",
      why: "Runs on the GPU: 0.052 s a step on the GPU, 0.21 s on WebAssembly.",
    });
  });

  test.each([
    [{ ...wasm, seconds: 0.3 }, "0.30 s a step on the GPU, 0.21 s on WebAssembly."],
    [{ losses: [0.7], seconds: Number.POSITIVE_INFINITY }, "the GPU's losses are NaN % off."],
    [{ losses: [0.7, 0.61], seconds: 0.05 }, "the GPU's losses are 1.7 % off."],
    [{ losses: [0.7, Number.NaN], seconds: 0.05 }, "the GPU's losses are NaN % off."],
    [new Error("device lost\nmore"), "the GPU failed: Something went wrong: device lost."],
  ])("is not taken: %o", async (gpu, reason) => {
    expect(await choice(gpu)).toEqual({ device: "wasm", why: `Runs on WebAssembly: ${reason}` });
  });

  test("a stop is no failure of it", async () => {
    await expect(choice(new Stopped())).rejects.toBeInstanceOf(Stopped);
  });
});
