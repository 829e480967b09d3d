import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SweepStore } from "@lorank/sweep";
import { type JobPlace, trialsOf, type Work } from "@lorank/sweep/executor";
import { afterAll, describe, expect, test } from "vitest";
import { commandExample } from "../../sweep/test/helpers/command-example.ts";
import { examplePlan } from "../../sweep/test/helpers/example.ts";
import { fromJobData, jobId, toJobData } from "../src/job-data.ts";

const place: JobPlace = {
  out: "/driver/out/search",
  resources: { modelPath: "/driver/model", datasetFile: "/driver/out/search/data-1.json", threads: 1 },
  checkpointEvery: { steps: 50 },
};
const own = { resources: { modelPath: "/worker/model", datasetFile: "", threads: 4 } };

/** The results folder as a worker has it, with two trials in each store. */
const root = mkdtempSync(join(tmpdir(), "lorank-job-data-"));
afterAll(() => rmSync(root, { recursive: true }));
const { specs } = examplePlan({ ranks: [2, 4] });
const [a = "", b = ""] = specs.map((spec) => {
  new SweepStore(join(root, "search")).addSpec(spec);
  return new SweepStore(root).addSpec(spec);
});
const { sha256 } = specs[0]!.data;
const train: Work = { kind: "train", trials: [{ trialId: a }, { trialId: b }] };
const other = "f".repeat(64);

/** Through the queue and back. */
const there = (from: JobPlace, work: Work, has: Parameters<typeof fromJobData>[2] = own) =>
  fromJobData(root, JSON.parse(JSON.stringify(toJobData("/driver/out", from, work))), has, "/tmp/cost.json");

test("a worker finds everything in its own results folder, computes with its own model and threads, and saves as often as asked", () => {
  expect(JSON.stringify(toJobData("/driver/out", place, train))).not.toContain("/driver");
  expect(there(place, train)).toEqual({
    work: train,
    place: {
      out: join(root, "search"),
      resources: {
        modelPath: "/worker/model",
        datasetFile: join(root, "search", `data-${sha256}.json`),
        threads: 4,
      },
      checkpointEvery: { steps: 50 },
    },
  });
  expect(there({ ...place, out: "/driver/out" }, train).place).toMatchObject({
    resources: { datasetFile: join(root, "data", `${sha256}.json`) },
  });
});

test("test examples are those of the results folder with that SHA-256, wherever the driver has them", () => {
  const work: Work = {
    kind: "evaluate",
    trialId: a,
    test: { file: "/driver/elsewhere.json", sha256: other },
  };
  const file = join(root, "data", `${other}.json`);
  expect(there({ ...place, out: "/driver/out" }, work).work).toEqual({
    ...work,
    test: { sha256: other, file },
  });
});

test("another trainer's commands run in the worker's folder, whatever the driver's is", () => {
  const { store, trialId } = commandExample({ train: "" });
  const work: Work = { kind: "train", trials: [{ trialId }] };
  const command = { folder: "/home/me/trainer", timeoutSeconds: 60, metric: "accuracy" } as const;
  const data = toJobData("/driver/out", { out: "/driver/out", command }, work);
  expect(JSON.stringify(data)).not.toMatch(/home|timeout/);
  const here = { command: { folder: "/mnt/trainer", metric: "accuracy" } } as const;
  expect(fromJobData(store.out, data, here, "")).toEqual({ work, place: { out: store.out, ...here } });
  expect(() => fromJobData(store.out, data, undefined, "")).toThrow("this worker has no model");
  expect(() => fromJobData(store.out, data, own, "")).toThrow("the job is of another trainer");
});

test("a worker without a model says so", () => {
  expect(() => fromJobData(root, toJobData("/driver/out", place, train), undefined, "")).toThrow(
    "this worker has no model for the job",
  );
});

test("a measurement is written where the worker says", () => {
  const work: Work = { kind: "measure", trialIds: [a], steps: 5, resultFile: "/driver/tmp/cost.json" };
  expect(JSON.stringify(toJobData("/driver/out", place, work))).not.toContain("/driver/tmp");
  expect(there(place, work).work).toEqual({ ...work, resultFile: "/tmp/cost.json" });
});

describe("a job names trials of the worker's folder, and nothing else", () => {
  const job = (members: object) => ({ folder: "", work: train, ...members });
  const work = (members: object) => job({ work: { ...train, ...members } });

  test.each<[string, unknown, string]>([
    ["null", null, "job must be an object, got null"],
    ["a text", "x", 'job must be an object, got "x"'],
    ["no folder", { work: train }, "job.folder must be empty or search, got nothing"],
    [
      "an absolute folder",
      job({ folder: "/tmp/evil" }),
      'job.folder must be empty or search, got "/tmp/evil"',
    ],
    ["a folder above", job({ folder: "../evil" }), 'got "../evil"'],
    ["a folder in disguise", job({ folder: "search/../../evil" }), "got "],
    ["a list for a folder", job({ folder: ["search"] }), 'got ["search"]'],
    ["no work", job({ work: undefined }), "job.work must be an object"],
    ["other work", work({ kind: "shell" }), "job.work.kind must be train, evaluate, truncate or measure"],
    ["no trials", work({ trials: [] }), "job.work.trials must be a list with an entry"],
    ["a trial that is a path", work({ trials: [{ trialId: "../../x" }] }), "trial id must be 64 hex digits"],
    ["a trial in a list", work({ trials: [{ trialId: [a] }] }), "trial id must be 64 hex digits"],
    ["a trial twice", work({ trials: [{ trialId: a }, { trialId: a }] }), "must be different ones"],
    ["a trial of another folder", work({ trials: [{ trialId: other }] }), `got ${other}, which has no file`],
    [
      "a rank that is a path",
      work({ kind: "truncate", trialId: a, ranks: ["1/../../x"] }),
      "positive integers",
    ],
    ["a digest that is a path", work({ kind: "evaluate", trialId: a, test: { sha256: "../x" } }), "sha256"],
    [
      "no steps",
      work({ kind: "measure", trialIds: [a], steps: 0 }),
      "job.work.steps must be a positive integer",
    ],
    ["a wrong interval", job({ checkpointEvery: { steps: "1" } }), "job.checkpointEvery must be"],
  ])("not %s", (_, data, message) => {
    expect(() => fromJobData(root, data, own, "")).toThrow(
      expect.objectContaining({ code: "E_JOB", message: expect.stringContaining(message) }),
    );
  });

  test("what a job says besides is passed over", () => {
    const evil = {
      trialModule: "/tmp/evil.js",
      out: "/tmp",
      command: { folder: "/tmp", metric: "accuracy" },
    };
    const data = { folder: "", datasetFile: "/etc/passwd", ...evil, work: { ...train, ...evil } };
    const found = fromJobData(root, data, own, "");
    expect(found.work).toEqual(train);
    expect(JSON.stringify(found)).not.toMatch(/evil|passwd|command/);
  });
});

test("the same work has the same id, other work another, and BullMQ takes it", () => {
  const id = jobId(toJobData("/driver/out", place, train));
  expect(id).toMatch(/^train-[0-9a-f]{32}$/);
  expect(jobId(toJobData("/elsewhere/out", { ...place, out: "/elsewhere/out/search" }, train))).toBe(id);
  const ids = [
    jobId(toJobData("/driver/out", { ...place, out: "/driver/out" }, train)),
    jobId(toJobData("/driver/out", place, { kind: "train", trials: [{ trialId: a }] })),
    jobId(toJobData("/driver/out", place, { kind: "truncate", trialId: a, ranks: [2] })),
  ];
  expect(new Set([id, ...ids]).size).toBe(4);
});

test("work names its trials", () => {
  expect(trialsOf(train)).toEqual([a, b]);
  expect(trialsOf({ kind: "truncate", trialId: "c", ranks: [2] })).toEqual(["c"]);
});
