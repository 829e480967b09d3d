import { resolve } from "node:path";
import { expect, test } from "vitest";
import { runOptions } from "../../src/executor/run-options.ts";
import { jobPlace } from "../../src/plan/job.ts";

test("a job's place has the files in full and, of the options, what a process needs", () => {
  const run = runOptions({
    threads: 3,
    device: "webgpu",
    recompute: "everything",
    maxAttempts: 7,
    checkpointEvery: { steps: 100 },
  });
  const place = jobPlace("/out", { modelPath: "model", datasetFile: "data.json" }, run);
  expect(JSON.parse(JSON.stringify(place))).toEqual({
    out: "/out",
    resources: {
      modelPath: resolve("model"),
      datasetFile: resolve("data.json"),
      threads: 3,
      device: "webgpu",
      recompute: "everything",
    },
    checkpointEvery: { steps: 100 },
  });
});
