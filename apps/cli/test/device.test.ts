import type { TrialSpec } from "@lorank/core/results";
import { runOptions } from "@lorank/sweep";
import { describe, expect, test } from "vitest";
import { readEvalFlags } from "../src/eval/flags.ts";
import { readSettings as read } from "../src/settings/read.ts";
import { otherDevices, sharingFact } from "../src/sweep/announce.ts";
import type { PreparedSweep } from "../src/sweep/prepare.ts";

test("otherDevices names where the trials that are done ran, where that was elsewhere", () => {
  const earlier = [{ device: "cpu" }, { device: "cuda" }, { device: "cpu" }, {}];
  expect(otherDevices(earlier, "webgpu")).toContain(
    "Done before on cpu and cuda: 3 trials. The others run on webgpu",
  );
  expect(otherDevices([{ device: "cpu" }], "cpu")).toBeUndefined();
  expect(otherDevices([{ device: "cpu" }], undefined)).toBeUndefined(); // a dry run has chosen none
});

test("what products are computed in is one of three, for all commands in the same words", () => {
  const message = "--compute must be float32, float16 or bfloat16, got";
  expect(() => read("sweep", undefined, { compute: "half" })).toThrow(`${message} "half"`);
  expect(() => readEvalFlags("starter", { compute: "half" })).toThrow(`${message} "half"`);
  expect(readEvalFlags("starter", { compute: "float16" }).compute).toBe("float16");
  expect(readEvalFlags("starter", {}).compute).toBe("float32");
});

test("a device that is none is refused with those that are, by all commands in the same words", () => {
  const message =
    "--device must be auto, cpu, wasm, webgpu, dml, coreml, cuda, tensorflow or tensorflow-cpu, got";
  expect(() => read("sweep", undefined, { device: "gpu" })).toThrow(`${message} "gpu"`);
  expect(() => readEvalFlags("starter", { device: "gpu" })).toThrow(`${message} "gpu"`);
  expect(readEvalFlags("starter", { device: "cuda" }).device).toBe("cuda");
  expect(readEvalFlags("starter", {}).device).toBe("auto");
});

describe("what --pack auto comes to", () => {
  const optimizer = { epochs: 2, batchSize: 8 };
  const spec = { lora: {}, optimizer, data: { trainExamples: 600 } } as unknown as TrialSpec;
  const plan = { specs: Array<TrialSpec>(20).fill(spec) } as unknown as PreparedSweep["plan"];
  const words = (chose: PreparedSweep["device"]["chose"], trialsAtOnce = 1, missing = 20) =>
    sharingFact(
      { plan, run: runOptions({ device: chose, trialsAtOnce }), device: { why: "", chose } },
      missing,
    )[1];

  test("is said before anything runs, with the reason where nothing is measured", () => {
    expect(words("webgpu")).toBe("auto: measured before the first trial");
    expect(words("cpu", 2)).toBe("off: on the CPU, trials side by side take less time");
    expect(words("cuda", 2)).toBe(
      "off: 2 trials run side by side, which trials in one process are not measured against",
    );
    expect(words("cuda", 1, 1)).toBe("off: one trial has nothing to share a base with");
    expect(words(undefined)).toBe("auto: measured when the sweep runs, on a device other than the CPU");
  });
});
