import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stripMeasured } from "@lorank/evidence/parse";
import { claimsOf } from "@lorank/evidence/results";
import { modelFolder } from "@lorank/starter";
import { trainLora } from "@lorank/train";
import { describe, expect, test } from "vitest";
import { runSweep } from "../src/engine.ts";
import { localExecutor, type StartExecutor } from "../src/executor.ts";
import type { SweepEvent } from "../src/index.ts";
import { temporaryFolder } from "./helpers/example.ts";
import { type FakePlace, misbehaving } from "./helpers/fake-trainer.ts";
import { rows } from "./helpers/rows.ts";

/** Runs trials as fake ones. */
const executor: StartExecutor = (place, options) => {
  const fake: Omit<FakePlace, "resources"> = { ...place, fake: {} };
  return localExecutor(fake, options);
};

/** A sweep of fake trials. */
function request() {
  const out = join(temporaryFolder(), "out");
  return { model: modelFolder, data: rows(40), ranks: [1, 2], seeds: 2, out, executor };
}

/** The same with a column split, and so many of 12 validation texts in training, all under random labels. */
function withOverlap(repeats: number) {
  const row = (i: number, split: string) => ({ text: `text ${i}`, label: "ab"[((i * 7919) % 5) % 2], split });
  const train = Array.from({ length: 20 }, (_, i) => row(i, "train"));
  const validation = Array.from({ length: 12 }, (_, i) => row(i < repeats ? i : 100 + i, "validation"));
  return { ...request(), data: [...train, ...validation], ranks: [1, 2], seeds: [1] };
}

describe("runSweep", () => {
  test("needs a model, data and ranks, and the same call resumes", async () => {
    const asked = request();
    const events: SweepEvent[] = [];
    const first = await runSweep({ ...asked, reporter: { report: (event) => void events.push(event) } });
    expect(first).toMatchObject({ failed: [], interrupted: false, finishedNow: 4 });
    expect(first.results!.trials.map(({ spec }) => [spec.lora.rank, spec.seed])).toEqual([
      [1, 1],
      [1, 2],
      [2, 1],
      [2, 2],
    ]);
    expect(first.adapters.map(({ rank }) => rank)).toEqual([1, 2]);
    expect(first.notes.join()).toContain("Texts for validation were drawn");
    expect(events.filter(({ kind }) => kind === "trial-finished")).toHaveLength(4);
    expect(await runSweep(asked)).toEqual({ ...first, finishedNow: 0 });
    const more = await runSweep({ ...asked, ranks: [4], extend: true });
    expect(more).toMatchObject({ finishedNow: 2 });
    expect(more.results!.sweep.ranks).toEqual([1, 2, 4]);
  });

  test("a trial is what trainLora does with the same settings, and its adapter has the same bytes", async () => {
    const root = temporaryFolder();
    const asked = { model: modelFolder, data: rows(40), epochs: 1, maxLength: 16, dropout: 0.1, loraPlus: 2 };
    const sweep = await runSweep({ ...asked, ranks: [2], seeds: [3], out: join(root, "sweep") });
    const { result } = await trainLora({ ...asked, rank: 2, seed: 3, out: join(root, "lora") });
    expect(stripMeasured(result)).toEqual(stripMeasured(sweep.results!.trials[0]!));
    // The rows that trained a sweep's adapter stand in the sweep's own files.
    const rowsFile = "trained-rows.json";
    expect(readdirSync(join(root, "lora"))).toContain(rowsFile);
    const names = readdirSync(join(root, "lora")).filter((name) => name !== rowsFile);
    expect(names).toContain("adapter_model.safetensors");
    expect(readdirSync(sweep.adapters[0]!.folder)).toEqual(names);
    for (const name of names.filter((each) => each !== "trial.json"))
      expect(readFileSync(join(root, "lora", name))).toEqual(
        readFileSync(join(sweep.adapters[0]!.folder, name)),
      );
  });

  test("finds a learning rate first where it is asked to, and says where that was stopped or failed", async () => {
    const asked = { ...request(), learningRate: "auto", ranks: [2], seeds: [1] } as const;
    const stop = new AbortController();
    const stopping = { signals: { stop: stop.signal }, reporter: { report: () => stop.abort() } };
    expect(await runSweep({ ...asked, ...stopping })).toMatchObject({ results: null, interrupted: true });
    const { results } = await runSweep(asked);
    expect(results!.sweep.search!.learningRate!.chosen).toBe(results!.trials[0]!.spec.optimizer.learningRate);
    const failed = { ended: Promise.resolve({ reason: "no machine", mayRetry: true }), cancel: () => {} };
    const executor = () => ({ capacity: 1, submit: () => failed });
    await expect(runSweep({ ...asked, out: request().out, maxAttempts: 1, executor })).rejects.toThrow(
      "a trial of the search failed after 1 attempt: no machine",
    );
  });

  test("refuses what is wrong, and a folder that holds something else, before anything is written", async () => {
    const asked = request();
    await expect(runSweep({ ...asked, threads: 0 })).rejects.toMatchObject({ code: "E_RUN_OPTIONS" });
    await expect(runSweep({ ...asked, ranks: [9999] })).rejects.toMatchObject({ code: "E_RANK" });
    expect(existsSync(asked.out)).toBe(false);
    mkdirSync(asked.out);
    writeFileSync(join(asked.out, "notes.txt"), "");
    await expect(runSweep(asked)).rejects.toMatchObject({ code: "E_OUT" });
  });

  test("leaves validation texts out that are also in training, and its results say so", async () => {
    const [asked, all] = [withOverlap(4), withOverlap(12)];
    const { results } = await runSweep(asked);
    expect(results!.data).toMatchObject({ validationExamples: 8, overlap: { validation: 4 } });
    expect(claimsOf(results!)).toContainEqual(
      expect.objectContaining({ kind: "overlap", validation: 4, isKept: false }),
    );
    expect(await runSweep(asked)).toMatchObject({ finishedNow: 0 });
    await expect(runSweep(all)).rejects.toThrow(
      "data must hold texts to validate on, got none besides 12 that are also in training (keepOverlap keeps them)",
    );
    await expect(runSweep({ ...asked, keepOverlap: true })).rejects.toThrow(
      /data\.validationExamples: 8 -> 12/,
    );
  });

  test("its verdict counts groups, which change no trial", async () => {
    const data = Array.from({ length: 60 }, (_, i) => ({
      ...{ text: `text ${i}`, label: "ab"[((i * 7919) % 5) % 2], thread: `t${i >> 1}` },
      split: i < 24 ? "train" : i < 44 ? "validation" : "test",
    }));
    const asked = { ...request(), data, testExamples: 16 };
    const untold = await runSweep({ ...asked, out: `${asked.out}-untold` });
    const told = await runSweep({ ...asked, groupColumn: "thread" });
    const ids = ({ results }: typeof told) => results!.trials.map(({ trialId }) => trialId);
    expect(ids(told)).toEqual(ids(untold));
    const { validationGroups, examplesSha256, test: set } = told.results!.data;
    expect(untold.results!.data).toMatchObject({
      ...{ examplesSha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      test: { examplesSha256: set!.examplesSha256 },
    });
    expect(untold.results!.data.examplesSha256).toBe(examplesSha256);
    expect([validationGroups, set!.groups].map((numbers) => new Set(numbers).size)).toEqual([10, 8]);
    expect(told.results!.decision.groups).toMatchObject({ count: 10, largest: 2 });
    expect(untold.results!.decision).not.toHaveProperty("groups");
    expect(await runSweep({ ...asked, groupColumn: "thread" })).toMatchObject({ finishedNow: 0 });
    await expect(runSweep(asked)).rejects.toThrow(/ {2}validationGroups: \[0,.*\] -> \(absent\)/);
  });

  test("goes on without groups in a folder of a version that knew none", async () => {
    const data = Array.from({ length: 40 }, (_, i) => ({
      ...{ text: `text ${i}`, label: "ab"[i % 2], group: `g${i >> 1}` },
    }));
    const asked = { ...request(), data, ranks: [1, 2], seeds: [1] };
    await runSweep({ ...asked, groupColumn: "none" });
    const { results, finishedNow } = await runSweep(asked);
    expect(finishedNow).toBe(0);
    expect(results!.data).not.toHaveProperty("validationGroups");
    const fresh = await runSweep({ ...asked, out: `${asked.out}-new` });
    expect(fresh.results!.data.validationGroups).toBeDefined();
  });

  test("goes on with them in a folder of a version that kept them", async () => {
    const asked = withOverlap(4);
    const before = await runSweep({ ...asked, keepOverlap: true });
    const file = join(asked.out, "sweep.json");
    const { overlap, ...config } = JSON.parse(readFileSync(file, "utf8"));
    expect(overlap).toEqual({ validation: 4, kept: true });
    writeFileSync(file, JSON.stringify(config));
    const after = await runSweep(asked);
    expect(after).toMatchObject({ finishedNow: 0, results: before.results });
    expect(after.results!.data.overlap).toEqual({ validation: 4, kept: true });
    await expect(runSweep({ ...asked, keepOverlap: false })).rejects.toThrow(
      /data\.validationExamples: 12 -> 8/,
    );
  });

  test("a trial that fails is named, and why", async () => {
    const { failed, results } = await runSweep({
      ...request(),
      seeds: [1, misbehaving.wrongInput],
      ranks: [2],
    });
    expect(failed).toEqual([
      {
        trialId: expect.stringMatching(/^[0-9a-f]{64}$/),
        message: expect.stringContaining('E_TARGET: no layer matches "q_porj"'),
      },
    ]);
    expect(results).toBeNull();
  });
});
