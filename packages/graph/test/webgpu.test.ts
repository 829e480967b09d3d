import { beforeAll, describe, expect, test } from "vitest";
import { reasonToSkip, softwareDriver } from "../../../scripts/software-driver.ts";
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
