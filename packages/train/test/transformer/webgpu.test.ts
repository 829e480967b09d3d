import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { EngineResult } from "@lorank/evidence/results";
import { describe, expect, test } from "vitest";
import { isNightly, onlyNightly } from "../../../../scripts/nightly.ts";
import { reasonToSkip, softwareDriver } from "../../../../scripts/software-driver.ts";
import { runTrial } from "../../src/node/trials.ts";
import { tinyTrial } from "../helpers/tiny.ts";

const script = fileURLToPath(new URL("../trial/trial-in-process.ts", import.meta.url));

/** What `trial-in-process.ts` prints. */
function onWebgpu({
  resources,
  ...job
}: Readonly<Record<string, unknown>> & { readonly resources: object }): unknown {
  const flags = ["--conditions=@lorank/source", "--import", "tsx", script];
  const argument = JSON.stringify({ ...job, resources: { ...resources, device: "webgpu" } });
  const env = { ...process.env, ...softwareDriver };
  const { stdout, stderr } = spawnSync(process.execPath, [...flags, argument], { env, encoding: "utf8" });
  expect(stdout, stderr).not.toBe("");
  return JSON.parse(stdout);
}

describe.skipIf(softwareDriver === undefined)(`a trial on WebGPU without a GPU${reasonToSkip}`, () => {
  // By day the self-test's LoRA step on WebGPU stands for it: packages/graph/test/devices/check-device.test.ts.
  test.runIf(isNightly)(`comes to the CPU's losses, to float32 rounding${onlyNightly}`, async () => {
    // With dropout and the rows that a classifier reads.
    const { spec, resources } = tinyTrial({ dropout: 0.2 }, { epochs: 1 });
    const there = onWebgpu({ spec, resources }) as EngineResult;
    const { result: here } = await runTrial(spec, resources);
    expect(here.lossCurve).toHaveLength(3);
    for (const [i, { loss }] of here.lossCurve.entries())
      expect(there.lossCurve[i]!.loss).toBeCloseTo(loss, 5);
    for (const [i, logLoss] of here.evaluation!.logLosses.entries())
      expect(there.evaluation!.logLosses[i]).toBeCloseTo(logLoss, 4);
  });
});
