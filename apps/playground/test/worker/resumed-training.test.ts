// A training whose tab is closed goes on from its checkpoint, to the bytes and points of one that was not disturbed.
import { peftAdapterFiles } from "@lorank/checkpoint";
import { modelAt } from "@lorank/checkpoint/files";
import { onnxRuntime } from "@lorank/graph/devices";
import { modelFolder, spamAssassin } from "@lorank/starter";
import { prepareTraining, runTrial, type TrialEvent } from "@lorank/train/browser";
import { trialSpec } from "@lorank/train/spec";
import { expect, test } from "vitest";
import { slotStore } from "../../src/worker/checkpoint-store.ts";
import { memoryFile } from "./memory-file.ts";

const source = modelAt(modelFolder);
const data = { name: "spam-assassin", ...spamAssassin() };
const counts = {
  trainExamples: 24,
  validationExamples: 8,
  testExamples: 0,
  batchSize: 4,
  maxLength: 16,
  evaluateEvery: 2,
};
const { config, dataset } = await prepareTraining({ ...counts, model: "starter", data }, [2], {
  findModel: () => source,
  readData: () => new Uint8Array(),
});
const spec = trialSpec(config, 2, 1);
const host = { node: "v0", machine: "test", peakBytes: () => 0 };
const inputs = { model: source, dataset, runtime: () => onnxRuntime({ threads: 1 }), threads: 1, host };

test("from checkpoints in open files", async () => {
  const files = [memoryFile(), memoryFile(), memoryFile()];
  // No checkpoint is written in a training's first minute; by this clock each step takes one.
  let now = 0;
  const clock = () => {
    now += 60_000;
    return now;
  };
  const checkpoints = () => ({ store: slotStore(files), every: { steps: 1 }, now: clock });
  const closed = new AbortController();
  const closeAt = (event: TrialEvent) => {
    if (event.kind === "step" && event.step === 5) closed.abort(new Error("closed"));
  };
  const control = { checkpoints: checkpoints(), signal: closed.signal };
  await expect(runTrial(spec, inputs, closeAt, control)).rejects.toThrow("closed");

  const events: TrialEvent[] = [];
  const resumed = await runTrial(spec, inputs, (event) => events.push(event), { checkpoints: checkpoints() });
  expect(events.find(({ kind }) => kind === "resumed")).toMatchObject({ step: 5, steps: 12 });
  const undisturbed = await runTrial(spec, inputs);
  expect(peftAdapterFiles(resumed.adapter)).toEqual(peftAdapterFiles(undisturbed.adapter));
  // Those of steps 2 and 4 were made before the tab was closed.
  expect(events.flatMap((event) => (event.kind === "point" ? event.step : []))).toEqual([6, 8, 10]);
  expect(resumed.result.points!.map(({ step }) => step)).toEqual([2, 4, 6, 8, 10]);
  expect(resumed.result.points).toEqual(undisturbed.result.points);
  expect(resumed.result.lossCurve).toEqual(undisturbed.result.lossCurve);
});
