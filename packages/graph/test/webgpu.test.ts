import { beforeAll, describe, expect, test } from "vitest";
import {
  halfDriver,
  reasonToSkip,
  reasonToSkipHalf,
  softwareDriver,
} from "../../../scripts/software-driver.ts";
import { unitRoundoff } from "../src/compute-dtype.ts";
import { opCases } from "./cases.ts";
import { runScript } from "./run-script.ts";

describe.skipIf(softwareDriver === undefined)(`on WebGPU without a GPU${reasonToSkip}`, () => {
  let outcomes: Record<string, number | string>;
  let fallback: string;
  beforeAll(() => {
    const { stdout, stderr } = runScript("webgpu-cases.ts", "software");
    expect(stdout, stderr).not.toBe("");
    ({ outcomes, fallback } = JSON.parse(stdout));
  });

  // All of each program: onnxRuntime lets nothing fall back to the CPU.
  test.each(opCases)("$name gives the interpreter's numbers, forward and backward", ({ name }) => {
    expect(outcomes[name]).toBeTypeOf("number");
    expect(outcomes[name]).toBeLessThan(5e-6);
  });

  test("refuses a program that the CPU would have to help with", () => {
    expect(fallback).toBe(
      "E_DEVICE: webgpu has no kernel for some operation of this program, which onnxruntime would run on the CPU instead",
    );
  });
});

describe.skipIf(softwareDriver === undefined)(`float16 on WebGPU without it${reasonToSkip}`, () => {
  test("is an error that names the feature, and not float32", () => {
    const { stdout, stderr } = runScript("webgpu-cases.ts", "software", ["float16"]);
    expect(stdout, stderr).not.toBe("");
    const { outcomes } = JSON.parse(stdout) as { outcomes: Record<string, number | string> };
    expect(outcomes["add of two products"]).toBe(
      "webgpu has no float16 here: the GPU, or its driver, lacks WebGPU's feature shader-f16",
    );
  });
});

describe.skipIf(halfDriver === undefined)(`float16 on WebGPU without a GPU${reasonToSkipHalf}`, () => {
  test("gives the interpreter's numbers, rounded as it rounds and summed in float16", () => {
    const { stdout, stderr } = runScript("webgpu-cases.ts", "half", ["float16"]);
    expect(stdout, stderr).not.toBe("");
    const { outcomes } = JSON.parse(stdout) as { outcomes: Record<string, number | string> };
    for (const { name } of opCases) expect(outcomes[name], name).toBeLessThan(16 * unitRoundoff.float16);
  });
});
