import { type JobPlace, trialsOf, type Work } from "@lorank/sweep/executor";
import { expect, test } from "vitest";
import { fromJobData, jobId, toJobData } from "../src/job-data.ts";

const place: JobPlace = {
  out: "/driver/out/search",
  resources: { modelPath: "/driver/model", datasetFile: "/driver/out/search/data-1.json", threads: 1 },
  checkpointEvery: { steps: 50 },
};
const own = { resources: { modelPath: "/worker/model", datasetFile: "", threads: 4 } };
const train: Work = { kind: "train", trials: [{ trialId: "a" }, { trialId: "b" }] };

test("a worker finds everything in its own results folder, computes with its own model and threads, and saves as often as asked", () => {
  const data = toJobData("/driver/out", place, train);
  expect(JSON.stringify(data)).not.toContain("/driver");
  const there = fromJobData("/worker/o", JSON.parse(JSON.stringify(data)), own, "/tmp/cost.json");
  expect(there).toEqual({
    work: train,
    place: {
      out: "/worker/o/search",
      resources: { modelPath: "/worker/model", datasetFile: "/worker/o/search/data-1.json", threads: 4 },
      checkpointEvery: { steps: 50 },
    },
  });
});

test("test examples go by their path in the folder, files elsewhere by their own", () => {
  const scored = (file: string): Work => ({ kind: "evaluate", trialId: "a", test: { file, sha256: "f" } });
  const there = (file: string) =>
    fromJobData("/worker/o", toJobData("/driver/out", place, scored(file)), own, "").work;
  expect(there("/driver/out/data/f.json")).toEqual(scored("/worker/o/data/f.json"));
  expect(there("/shared/f.json")).toEqual(scored("/shared/f.json"));
  expect(there("/driver/out2/f.json")).toEqual(scored("/driver/out2/f.json"));
});

test("another trainer's commands run in the folder that the job names, or in the worker's own", () => {
  const command = { folder: "/home/me/trainer", timeoutSeconds: 60, metric: "accuracy" } as const;
  const data = toJobData("/driver/out", { out: "/driver/out", command }, train);
  expect(fromJobData("/worker/o", data, undefined, "").place).toEqual({ out: "/worker/o", command });
  const here = { command: { folder: "/mnt/trainer", metric: "accuracy" } } as const;
  expect(fromJobData("/worker/o", data, here, "").place).toEqual({ out: "/worker/o", ...here });
});

test("a worker without a model says so", () => {
  const data = toJobData("/driver/out", place, train);
  expect(() => fromJobData("/worker/o", data, undefined, "")).toThrow("this worker has no model for the job");
});

test("a measurement is written where the worker says", () => {
  const work: Work = { kind: "measure", trialIds: ["a"], steps: 5, resultFile: "/driver/tmp/cost.json" };
  const data = toJobData("/driver/out", place, work);
  expect(JSON.stringify(data)).not.toContain("/driver/tmp");
  expect(fromJobData("/worker/o", data, own, "/tmp/mine.json").work).toEqual({
    ...work,
    resultFile: "/tmp/mine.json",
  });
});

test("the same work has the same id, other work another, and BullMQ takes it", () => {
  const id = jobId(toJobData("/driver/out", place, train));
  expect(id).toMatch(/^train-[0-9a-f]{32}$/);
  expect(jobId(toJobData("/elsewhere/out", { ...place, out: "/elsewhere/out/search" }, train))).toBe(id);
  const ids = [
    jobId(toJobData("/driver/out", { ...place, out: "/driver/out" }, train)),
    jobId(toJobData("/driver/out", place, { kind: "train", trials: [{ trialId: "a" }] })),
    jobId(toJobData("/driver/out", place, { kind: "truncate", trialId: "a", ranks: [2] })),
  ];
  expect(new Set([id, ...ids]).size).toBe(4);
});

test("work names its trials", () => {
  expect(trialsOf(train)).toEqual(["a", "b"]);
  expect(trialsOf({ kind: "truncate", trialId: "c", ranks: [2] })).toEqual(["c"]);
});
