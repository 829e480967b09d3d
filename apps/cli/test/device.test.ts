import { expect, test } from "vitest";
import { readEvalFlags } from "../src/commands/eval/flags.ts";
import { readSettings as read } from "../src/settings/read-file.ts";
import { otherDevices } from "../src/sweep/announce.ts";

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
  expect(readEvalFlags("starter", { compute: "float16" })).toMatchObject({ compute: "float16" });
  expect(readEvalFlags("starter", {})).toMatchObject({ compute: "float32" });
});

test("a device that is none is refused with those that are, by all commands in the same words", () => {
  const message =
    "--device must be auto, cpu, wasm, webgpu, dml, coreml, cuda, tensorflow or tensorflow-cpu, got";
  expect(() => read("sweep", undefined, { device: "gpu" })).toThrow(`${message} "gpu"`);
  expect(() => readEvalFlags("starter", { device: "gpu" })).toThrow(`${message} "gpu"`);
  expect(readEvalFlags("starter", { device: "cuda" }).device).toBe("cuda");
  expect(readEvalFlags("starter", {}).device).toBe("auto");
});
