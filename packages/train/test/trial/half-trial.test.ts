import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { EngineSpec, TrialResult } from "@lorank/evidence/results";
import { findTensorflow } from "@lorank/graph/devices";
import { describe, expect, test } from "vitest";
import { halfDriver, reasonToSkipHalf } from "../../../../scripts/software-driver.ts";
import { runTrial } from "../../src/node/trials.ts";
import { unitRoundoff } from "../helpers/half-model.ts";
import { tinyTrial } from "../helpers/tiny.ts";

const place = findTensorflow();
const reason = place.found ? "" : ` (skipped: ${place.reason})`;
const { spec, resources } = tinyTrial({}, { epochs: 1 });

/** Losses of about 0.7 after six blocks' worth of products; a step moves every weight whatever its gradient's size. */
function expectClose(
  there: Pick<TrialResult, "lossCurve">,
  here: Pick<TrialResult, "lossCurve">,
  type: keyof typeof unitRoundoff,
) {
  expect(here.lossCurve).toHaveLength(3);
  for (const [i, { loss }] of here.lossCurve.entries())
    expect(Math.abs(there.lossCurve[i]!.loss - loss)).toBeLessThan(16 * unitRoundoff[type]);
}

describe.skipIf(!place.found)(`a trial on TensorFlow${reason}`, () => {
  test.each(["float16", "bfloat16"] as const)("in %s learns what float32 learns", async (compute) => {
    const half: EngineSpec = { ...spec, compute };
    const where = { ...resources, device: "tensorflow-cpu" } as const;
    const [{ result: here }, { result: there }] = [await runTrial(spec, where), await runTrial(half, where)];
    expectClose(there, here, compute);
    expect(there.lossCurve).not.toEqual(here.lossCurve);
    expect(there.spec.compute).toBe(compute);
  });
});

test("the CPU's runtime refuses a trial in float16", async () => {
  await expect(runTrial({ ...spec, compute: "float16" }, resources)).rejects.toThrow(
    "computeDtype must be float32 on cpu, got float16",
  );
});

describe.skipIf(halfDriver === undefined)(`a trial on WebGPU without a GPU${reasonToSkipHalf}`, () => {
  test("in float16 learns what float32 learns", async () => {
    const script = fileURLToPath(new URL("./trial-in-process.ts", import.meta.url));
    const flags = ["--conditions=@lorank/source", "--import", "tsx", script];
    const half = { spec: { ...spec, compute: "float16" }, resources: { ...resources, device: "webgpu" } };
    const { stdout, stderr } = spawnSync(process.execPath, [...flags, JSON.stringify(half)], {
      env: { ...process.env, ...halfDriver },
      encoding: "utf8",
    });
    expect(stdout, stderr).not.toBe("");
    expectClose(JSON.parse(stdout) as TrialResult, (await runTrial(spec, resources)).result, "float16");
  });
});
