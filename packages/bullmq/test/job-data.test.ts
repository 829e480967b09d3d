import { join } from "node:path";
import type { JobPlace, Work } from "@lorank/sweep/executor";
import { SweepStore } from "@lorank/sweep/folder";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { commandExample } from "../../sweep/test/helpers/command-example.ts";
import { examplePlan } from "../../sweep/test/helpers/example.ts";
import { fromJobData, jobId, toJobData } from "../src/job-data.ts";

const place = {
  out: "/driver/out/search",
  resources: { modelPath: "/driver/model", datasetFile: "/driver/out/search/data-1.json", threads: 1 },
  checkpointEvery: { steps: 50 },
};
const own = { resources: { modelPath: "/worker/model", datasetFile: "", threads: 4 } };

/** The results folder as a worker has it, with a trial in each store. */
const root = temporaryFolder();
const { specs } = examplePlan({ ranks: [2], seeds: [0] });
const [a = ""] = specs.map((spec) => {
  new SweepStore(join(root, "search")).addSpec(spec);
  return new SweepStore(root).addSpec(spec);
});
const { sha256 } = specs[0]!.data;
const train: Work = { kind: "train", trialId: a };
const other = "f".repeat(64);

/** Through the queue and back. */
const there = (from: JobPlace, work: Work, has: Parameters<typeof fromJobData>[2] = own) =>
  fromJobData(root, JSON.parse(JSON.stringify(toJobData("/driver/out", from, work))), has);

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
  const work: Work = { kind: "train", trialId };
  const command = { folder: "/home/me/trainer", timeoutSeconds: 60, metric: "accuracy" } as const;
  const from = { out: "/driver/out", command };
  const data = toJobData("/driver/out", from, work);
  expect(JSON.stringify(data)).not.toMatch(/home|timeout/);
  const here = { command: { folder: "/mnt/trainer", metric: "accuracy" } } as const;
  expect(fromJobData(store.out, data, here)).toEqual({ work, place: { out: store.out, ...here } });
  expect(() => fromJobData(store.out, data, undefined)).toThrow("this worker has no model");
  expect(() => fromJobData(store.out, data, own)).toThrow("the job is of another trainer");
});

test("a worker without a model says so", () => {
  expect(() => fromJobData(root, toJobData("/driver/out", place, train), undefined)).toThrow(
    "this worker has no model for the job",
  );
});

describe("a job names a trial of the worker's folder, and nothing else", () => {
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
    ["a list for work", job({ work: [train] }), "job.work must be an object"],
    ["other work", work({ kind: "shell" }), "job.work.kind must be train, evaluate or truncate"],
    ["a measurement", work({ kind: "measure" }), "job.work.kind must be train, evaluate or truncate"],
    ["no trial", work({ trialId: undefined }), "trial id must be 64 hex digits"],
    ["a trial that is a path", work({ trialId: "../../x" }), "trial id must be 64 hex digits"],
    ["a trial in a list", work({ trialId: [a] }), "trial id must be 64 hex digits"],
    ["a trial of another folder", work({ trialId: other }), `got ${other}, which has no file`],
    ["a rank that is a path", work({ kind: "truncate", trialId: a, ranks: ["1/../../x"] }), "whole numbers"],
    ["half a rank", work({ kind: "truncate", trialId: a, ranks: [2, 0.5] }), "whole numbers, got 0.5"],
    [
      "no ranks",
      work({ kind: "truncate", trialId: a, ranks: [] }),
      "ranks must be a list with an entry, got []",
    ],
    [
      "no test examples",
      work({ kind: "evaluate", trialId: a }),
      "job.work.test must be an object, got nothing",
    ],
    ["a digest that is a path", work({ kind: "evaluate", trialId: a, test: { sha256: "../x" } }), "sha256"],
    ["a wrong interval", job({ checkpointEvery: { steps: "1" } }), "job.checkpointEvery must be"],
  ])("not %s", (_, data, message) => {
    expect(() => fromJobData(root, data, own)).toThrow(
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
    const found = fromJobData(root, data, own);
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
    jobId(toJobData("/driver/out", place, { kind: "train", trialId: other })),
    jobId(toJobData("/driver/out", place, { kind: "truncate", trialId: a, ranks: [2] })),
  ];
  expect(new Set([id, ...ids]).size).toBe(4);
});
