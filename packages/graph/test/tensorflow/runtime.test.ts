import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import * as devices from "../../src/devices.ts";
import { loadTensorflow } from "../../src/tensorflow/load.ts";
import { tensorflowRuntime } from "../../src/tensorflow/runtime.ts";
import { digestOfStep } from "../deterministic-step.ts";
import * as g from "../graph.ts";

const place = devices.findTensorflow();
const reason = place.found ? "" : ` (skipped: ${place.reason})`;

describe.skipIf(!place.found)(`tensorflowRuntime${reason}`, () => {
  test("gives the same bytes again in other processes of as many threads", async () => {
    const script = fileURLToPath(new URL("../deterministic-step.ts", import.meta.url));
    const flags = ["--conditions=@lorank/source", "--import", "tsx", script, "tensorflow"];
    const inChild = (threads: number): string =>
      execFileSync(process.execPath, [...flags, String(threads)], { encoding: "utf8" }).trim();
    expect(inChild(1)).toBe(await digestOfStep("tensorflow", 1));
    expect(inChild(2)).toBe(inChild(2));
  });

  test("deletes every tensor of a run, of one that fails, and of a program that is disposed of", async () => {
    const binding = await loadTensorflow(undefined, { device: "cpu", threads: 1 });
    const runtime = await tensorflowRuntime();
    const before = binding.getNumOfTensors();
    const rows = g.gatherRows(g.mul(g.input("table", [4, 2]), g.constant(2)), g.input("at", [1], "int64"));
    const executable = await runtime.compile(g.program({ rows }));
    const withConstants = binding.getNumOfTensors();
    const table = g.float32([4, 2], Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8));
    const { rows: picked } = await executable.run({ table, at: g.int64([1], [3]) });
    expect([...picked!.data]).toEqual([14, 16]);
    expect(binding.getNumOfTensors()).toBe(withConstants);
    await expect(executable.run({ table, at: g.int64([1], [4]) })).rejects.toThrow(
      expect.objectContaining({
        code: "E_TENSORFLOW",
        message: expect.stringMatching(/^GatherV2 must run, got: .*indices\[0\] = 4 is not in \[0, 4\)/),
      }),
    );
    expect(binding.getNumOfTensors()).toBe(withConstants);
    await executable.dispose();
    expect(binding.getNumOfTensors()).toBe(before);
  });

  test("needs at least one thread", async () => {
    await expect(tensorflowRuntime({ threads: 0 })).rejects.toThrow(
      "threads must be a positive integer, got 0",
    );
  });

  test("takes its threads once a process, and says so", async () => {
    await tensorflowRuntime({ threads: 1 });
    await expect(tensorflowRuntime({ threads: 2 })).rejects.toThrow(
      expect.objectContaining({
        code: "E_TENSORFLOW",
        message: "threads must be 1, with which this process has loaded TensorFlow, got 2",
      }),
    );
  });
});

test("a directory without TensorFlow is an error before anything is loaded", async () => {
  const nowhere = fileURLToPath(new URL(".", import.meta.url));
  await expect(tensorflowRuntime({ directory: nowhere })).rejects.toThrow(
    expect.objectContaining({
      code: "E_RUNTIME_MISSING",
      message: expect.stringContaining("without libtensorflow_cc"),
    }),
  );
});

// In a file's own process TensorFlow is loaded once, so this one asks a process of its own.
test.skipIf(!place.found)(`a GPU that cannot be used is an error, not a slow run${reason}`, ({ skip }) => {
  const script = `
    import { deviceRuntime } from ${JSON.stringify(new URL("../../src/devices.ts", import.meta.url).href)};
    await deviceRuntime({ device: "tensorflow" }).then(({ device }) => console.log(device), ({ code, message }) => console.log(code, message));
  `;
  const flags = [
    "--conditions=@lorank/source",
    "--import",
    import.meta.resolve("tsx"),
    "--input-type=module",
  ];
  const said = execFileSync(process.execPath, [...flags, "-e", script], { encoding: "utf8" });
  if (said.trim() === "gpu") skip("TensorFlow has a GPU here");
  expect(said).toMatch(/^E_DEVICE device gpu must be one that TensorFlow can use, got none: TensorFlow \d/);
});
