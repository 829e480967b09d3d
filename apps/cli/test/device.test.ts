import { expect, test } from "vitest";
import { readSettings } from "../src/config/read-settings.ts";
import { jobsOn } from "../src/device.ts";
import { readEvalFlags } from "../src/eval/flags.ts";
import { otherDevices } from "../src/sweep/announce.ts";

test.each([
  ["cpu", 8, 2, 4],
  ["cpu", 2, 4, 1],
  ["cuda", 8, 2, 1],
])("jobsOn: on %s with %i cores and %i threads a trial, %i side by side", (device, cores, threads, jobs) => {
  expect(jobsOn(device, cores, threads)).toBe(jobs);
});

test("otherDevices names where the trials that are done ran, where that was elsewhere", () => {
  const earlier = [{ device: "cpu" }, { device: "cuda" }, { device: "cpu" }, {}];
  expect(otherDevices(earlier, "webgpu")).toContain(
    "Done before on cpu and cuda: 3 trials. The others run on webgpu",
  );
  expect(otherDevices([{ device: "cpu" }], "cpu")).toBeUndefined();
  expect(otherDevices([{ device: "cpu" }], undefined)).toBeUndefined(); // a dry run has chosen none
});

test("a device that is none is refused with those that are, by all commands in the same words", () => {
  const message = "--device must be auto, cpu, webgpu, dml, coreml, cuda, tensorflow or tensorflow-cpu, got";
  expect(() => readSettings(undefined, { device: "gpu" })).toThrow(`${message} "gpu"`);
  expect(() => readEvalFlags("starter", { device: "gpu" })).toThrow(`${message} gpu`);
  expect(readEvalFlags("starter", { device: "cuda" }).device).toBe("cuda");
  expect(readEvalFlags("starter", {}).device).toBe("auto");
});
