import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readPeftAdapter } from "@lorank/checkpoint/files";
import { parseResults } from "@lorank/evidence/parse";
import { trialId } from "@lorank/train/spec";
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { SweepEvent } from "../../src/index.ts";
import { SweepStore } from "../../src/store/store.ts";
import {
  comparable,
  exampleConfig,
  examplePlan,
  exampleTest,
  filesUnder,
  runExample,
} from "../helpers/example.ts";
import { misbehaving, testOnly, truncationsOnly } from "../helpers/fake-trainer.ts";
import { workplaceInProcess as workplace } from "../helpers/in-process-executor.ts";

beforeEach(() => void vi.stubEnv("FAKE_TRIAL_HASTE", "100"));

/** Path, inode and modification time of every file: what a no-op must not change. */
function fingerprint(folder: string): string[] {
  return filesUnder(folder).map((file) => {
    const { ino, mtimeMs } = statSync(file);
    return `${file} ${ino} ${mtimeMs}`;
  });
}

describe("runPlan", () => {
  test("brings every trial to a result, tells about it, and running it again changes nothing", async () => {
    const place = workplace();
    const events: SweepEvent[] = [];
    const outcome = await runExample(examplePlan(), { ...place, onEvent: (event) => events.push(event) });
    expect(outcome).toMatchObject({ failed: [], interrupted: false, finishedNow: 4, disagreements: [] });
    expect(outcome.adapters.map(({ rank }) => rank)).toEqual([2, 4]);
    expect(parseResults(JSON.parse(readFileSync(join(place.out, "results.json"), "utf8")))).toEqual(
      outcome.results,
    );
    const finished = events.filter((event) => event.kind === "trial-finished");
    expect(finished.map(({ done }) => done)).toEqual([1, 2, 3, 4]);
    expect(finished.at(-1)!.secondsEstimateLeft).toBe(0);
    expect(existsSync(join(place.out, "sweep.lock"))).toBe(false);

    const before = fingerprint(place.out);
    const again = await runExample(examplePlan(), { ...place, trialsAtOnce: 1, threads: 7 });
    expect(again).toEqual({ ...outcome, finishedNow: 0 });
    expect(fingerprint(place.out)).toEqual(before);
  });

  test("of a task without a head the untouched base is evaluated once, before the trials", async () => {
    const place = workplace();
    const task = { kind: "causal-lm" } as const;
    const kinds: string[] = [];
    const onEvent = ({ kind }: SweepEvent): unknown => kinds.push(kind);
    const { results } = await runExample(examplePlan({ task }), { ...place, onEvent });
    expect(results!.untouchedBase!.correct).toHaveLength(30);
    expect(kinds[0]).toBe("base-evaluated");
    expect(kinds.filter((kind) => kind === "base-evaluated")).toHaveLength(1);

    const before = fingerprint(place.out);
    await runExample(examplePlan({ task }), place);
    expect(fingerprint(place.out)).toEqual(before);
    const more = await runExample(examplePlan({ task, ranks: [1, 2, 4] }), {
      ...place,
      onEvent,
      extend: true,
    });
    expect(more.results!.untouchedBase).toEqual(results!.untouchedBase);
    expect(kinds.filter((kind) => kind === "base-evaluated")).toHaveLength(1);
  });

  test("a base that cannot be evaluated ends the sweep before anything is trained", async () => {
    const seeds = [misbehaving.wrongInput + truncationsOnly];
    const outcome = await runExample(examplePlan({ task: { kind: "causal-lm" }, seeds }), workplace());
    expect(outcome).toMatchObject({ results: null, interrupted: false, finishedNow: 0 });
    expect(outcome.failed).toHaveLength(1);
  });

  test("a damaged results.json is written anew from the trials, and the run says so", async () => {
    const place = workplace();
    const plan = examplePlan({ ranks: [2], seeds: [0, 1] });
    const { results } = await runExample(plan, place);
    const file = join(place.out, "results.json");
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.slice(0, 100));
    const events: SweepEvent[] = [];
    const again = await runExample(plan, { ...place, onEvent: (event) => events.push(event) });
    expect(again.results).toEqual(results);
    expect(readFileSync(file, "utf8")).toBe(text);
    expect(events).toEqual([expect.objectContaining({ kind: "file-rebuilt", file })]);
  });

  test("every trial is told the device, which is in no spec: a resume elsewhere keeps what is done", async () => {
    const place = workplace();
    const devices = ({ results }: Awaited<ReturnType<typeof runExample>>) =>
      results!.trials.map(({ measured }) => measured.provenance.device);
    const small = examplePlan({ ranks: [2], seeds: [0, 1] });
    expect(devices(await runExample(small, { ...place, device: "webgpu" }))).toEqual(["webgpu", "webgpu"]);
    const more = examplePlan({ ranks: [2], seeds: [0, 1, 2] });
    expect(devices(await runExample(more, { ...place, extend: true }))).toEqual(["webgpu", "webgpu", "cpu"]);
  });

  test("a resume runs exactly the trials without a result", async () => {
    const place = workplace();
    const plan = examplePlan();
    await runExample(plan, place);
    const before = comparable(place.out);
    const store = new SweepStore(place.out);
    const lost = [plan.specs[1]!, plan.specs[2]!].map(trialId);
    for (const id of lost) rmSync(store.resultPath(id));
    const started: string[] = [];
    const outcome = await runExample(plan, {
      ...place,
      onEvent: (event) => event.kind === "trial-started" && started.push(event.trialId),
    });
    expect(started.sort()).toEqual(lost.sort());
    expect(outcome.finishedNow).toBe(2);
    expect(outcome.disagreements).toEqual([]);
    expect(comparable(place.out)).toBe(before);
  });

  test("extend adds ranks and seeds and keeps every trial that is done", async () => {
    const place = workplace();
    await runExample(examplePlan({ ranks: [2], seeds: [0, 1] }), place);
    const first = new SweepStore(place.out).readResults();
    await expect(runExample(examplePlan({ ranks: [4], seeds: [0, 1] }), place)).rejects.toMatchObject({
      code: "E_SWEEP_CHANGED",
      message: expect.stringContaining("\n  ranks: [2] -> [4]\n"),
    });
    const outcome = await runExample(examplePlan({ ranks: [4], seeds: [0, 1] }), { ...place, extend: true });
    expect(outcome.finishedNow).toBe(2);
    expect(outcome.results!.sweep.ranks).toEqual([2, 4]);
    expect(outcome.results!.trials.filter(({ spec }) => spec.lora.rank === 2)).toEqual(
      first.toSorted((a, b) => a.spec.seed - b.spec.seed),
    );
  });

  test("a failed trial leaves no results.json, and the next run tries it again", async () => {
    const place = workplace();
    const plan = examplePlan({ ranks: [2], seeds: [1, misbehaving.throws] });
    const events: SweepEvent[] = [];
    const outcome = await runExample(plan, {
      ...place,
      maxAttempts: 1,
      onEvent: (event) => events.push(event),
    });
    const bad = trialId(plan.specs[1]!);
    expect(outcome).toMatchObject({
      results: null,
      adapters: [],
      failed: [{ trialId: bad, message: expect.stringContaining("failed after 1 attempt: ") }],
      interrupted: false,
      finishedNow: 1,
    });
    expect(existsSync(join(place.out, "results.json"))).toBe(false);
    expect(events.find(({ kind }) => kind === "trial-failed")).toMatchObject({
      rank: 2,
      seed: misbehaving.throws,
      message: expect.stringContaining("failed after 1 attempt: "),
    });
    expect((await runExample(plan, { ...place, maxAttempts: 1 })).failed).toMatchObject([{ trialId: bad }]);
    expect(new SweepStore(place.out).attempts(bad)).toHaveLength(2);
  });

  test("diverged trials complete the grid", async () => {
    const place = workplace();
    const plan = examplePlan({ ranks: [2, 8], seeds: [misbehaving.diverges, 1] });
    const { results, failed } = await runExample(plan, place);
    expect(failed).toEqual([]);
    expect(results!.trials.map(({ status }) => status)).toEqual([
      "completed",
      "completed",
      "completed",
      "diverged",
    ]);
  });

  test("an abort interrupts the sweep so that it can be resumed", async () => {
    const place = workplace();
    const stop = new AbortController();
    const outcome = await runExample(examplePlan({ seeds: [0, 1, 2] }), {
      ...place,
      signals: { stop: stop.signal },
      onEvent: ({ kind }) => kind === "trial-finished" && stop.abort(),
    });
    expect(outcome).toMatchObject({ results: null, failed: [], interrupted: true });
    expect(outcome.finishedNow).toBeGreaterThan(0);
    const resumed = await runExample(examplePlan({ seeds: [0, 1, 2] }), place);
    expect(resumed.finishedNow).toBe(6 - outcome.finishedNow);
    expect(resumed.results!.trials).toHaveLength(6);
  });

  test("shows a trial that came to two different results", async () => {
    const place = workplace();
    const plan = examplePlan({ ranks: [2], seeds: [0, misbehaving.isNotDeterministic] });
    expect((await runExample(plan, place)).disagreements).toEqual([]);
    const id = trialId(plan.specs[1]!);
    rmSync(new SweepStore(place.out).resultPath(id));
    const { disagreements } = await runExample(plan, place);
    expect(disagreements).toMatchObject([{ trialId: id, attempt: 1 }]);
    expect(disagreements[0]!.changes.map(({ path }) => path)).toContain("evaluation.logLoss");
  });

  test("refuses a folder that another sweep is working on", async () => {
    const place = workplace();
    const first = runExample(examplePlan(), place);
    await expect(runExample(examplePlan(), place)).rejects.toMatchObject({ code: "E_SWEEP_BUSY" });
    expect((await first).results!.trials).toHaveLength(4);
  });

  test("refuses another dataset than the plan's before anything is written", async () => {
    const place = workplace();
    await expect(runExample(examplePlan(), { ...place, dataset: Buffer.from("{}") })).rejects.toMatchObject({
      code: "E_DATA_HASH",
      message: expect.stringMatching(
        /^dataset must have the SHA-256 that the plan names \([0-9a-f]{64}\), got 44136fa/,
      ),
    });
    expect(existsSync(place.out)).toBe(false);
  });

  test("refuses a portable form of DoRA before anything is written", async () => {
    const place = workplace();
    const plan = examplePlan({ lora: { ...exampleConfig.lora, dora: true } });
    await expect(runExample(plan, { ...place, portable: true })).rejects.toMatchObject({
      code: "E_SWEEP_OPTIONS",
      message: "portable must be false with DoRA, whose magnitudes have no such form, got true",
    });
    expect(existsSync(place.out)).toBe(false);
  });

  test("takes a .gguf file for a base, and hands out portable adapters when asked", async () => {
    const place = workplace();
    const modelPath = join(place.modelPath, "model.gguf");
    writeFileSync(modelPath, "the fake trial never reads it");
    const plan = examplePlan({ ranks: [2], seeds: [0] });
    const { adapters } = await runExample(plan, { ...place, modelPath, portable: true });
    expect(readPeftAdapter(adapters[0]!.folder).alpha).toBe(2); // of 16
  });

  describe("with test examples", () => {
    // No interval is as wide, so the verdict is the smallest rank.
    const asked = { test: exampleTest, metric: "log-loss", margin: 99 } as const;

    test("scores the recommended rank under every seed, once, and running it again changes nothing", async () => {
      const place = workplace();
      const events: SweepEvent[] = [];
      const outcome = await runExample(examplePlan(asked), {
        ...place,
        onEvent: (event) => events.push(event),
      });
      const { decision, test: score, data, trials } = outcome.results!;
      expect(decision.rank).toBe(2);
      expect(data.test).toEqual(exampleTest);
      expect(score).toMatchObject({ rank: 2, seeds: 2, examples: 20, confidence: 0.95 });
      expect(score!.runs.map(({ seed, evaluation }) => [seed, evaluation.correct.length])).toEqual([
        [0, 20],
        [1, 20],
      ]);
      expect(score!.validation).toMatchObject({
        accuracy: decision.ranks[0]!.accuracy,
        interval: decision.ranks[0]!.interval,
      });
      expect(score).not.toHaveProperty("otherRanks");
      const scored = events.filter((event) => event.kind === "test-scored");
      expect(scored.map(({ rank, done, total }) => [rank, done, total])).toEqual([
        [2, 4, 4],
        [2, 4, 4],
      ]);
      expect(trials.map(({ trialId: id }) => id)).toEqual(
        examplePlan()
          .specs.toSorted((a, b) => a.lora.rank - b.lora.rank)
          .map(trialId),
      );

      const before = fingerprint(place.out);
      expect(await runExample(examplePlan(asked), place)).toEqual({ ...outcome, finishedNow: 0 });
      expect(fingerprint(place.out)).toEqual(before);
    });

    test("goes on with what is missing after an end in between", async () => {
      const place = workplace();
      const stop = new AbortController();
      const stopped = await runExample(examplePlan(asked), {
        ...place,
        trialsAtOnce: 1,
        signals: { stop: stop.signal },
        onEvent: ({ kind }) => kind === "test-scored" && stop.abort(),
      });
      expect(stopped).toMatchObject({ results: null, failed: [], interrupted: true, finishedNow: 4 });
      const store = new SweepStore(place.out);
      expect(store.testRuns(exampleTest.sha256)).toHaveLength(1);
      const scored: number[] = [];
      const { results } = await runExample(examplePlan(asked), {
        ...place,
        onEvent: (event) => event.kind === "test-scored" && scored.push(event.seed),
      });
      expect(scored).toEqual([1]);
      expect(results!.test!.seeds).toBe(2);
    });

    test("says that a second rank has the second look, and scores no other", async () => {
      const place = workplace();
      await runExample(examplePlan(asked), place);
      const { results } = await runExample(examplePlan({ ...asked, ranks: [1] }), { ...place, extend: true });
      expect(results!.test).toMatchObject({ rank: 1, otherRanks: [2] });
      const runs = new SweepStore(place.out).testRuns(exampleTest.sha256);
      expect([...new Set(runs.map(({ rank }) => rank))].toSorted()).toEqual([1, 2]);
    });

    test("scores nothing where the verdict names no rank", async () => {
      const place = workplace();
      const { results } = await runExample(examplePlan({ test: exampleTest, seeds: [1] }), place);
      expect(results!.decision.verdict).toBe("inconclusive");
      expect(results).not.toHaveProperty("test");
      expect(existsSync(join(place.out, "test"))).toBe(false);
    });

    test("a score that fails leaves no results.json, and the next run tries it again", async () => {
      const place = workplace();
      const plan = examplePlan({ ...asked, seeds: [1, testOnly + misbehaving.throws] });
      const events: SweepEvent[] = [];
      const outcome = await runExample(plan, {
        ...place,
        maxAttempts: 1,
        onEvent: (event) => events.push(event),
      });
      const bad = trialId(plan.specs.find(({ seed, lora }) => seed > 1 && lora.rank === 2)!);
      expect(outcome).toMatchObject({ results: null, failed: [{ trialId: bad }], interrupted: false });
      expect(events.at(-1)).toMatchObject({
        kind: "trial-failed",
        message: expect.stringMatching(
          /^its adapter could not be scored on the test examples after 1 attempt/,
        ),
      });
      expect((await runExample(plan, { ...place, maxAttempts: 1 })).failed).toMatchObject([{ trialId: bad }]);
    });

    test("wants them, with the hash that the plan names", async () => {
      const { testExamples: _, ...place } = workplace();
      await expect(runExample(examplePlan(asked), place)).rejects.toMatchObject({
        code: "E_SWEEP_OPTIONS",
        message: "testExamples must be given where the plan has test examples, got none",
      });
      const others = { ...place, testExamples: Buffer.from("{}") };
      await expect(runExample(examplePlan(asked), others)).rejects.toMatchObject({
        code: "E_DATA_HASH",
        message: expect.stringMatching(/^testExamples must have the SHA-256 that the plan names/),
      });
      expect(existsSync(place.out)).toBe(false);
    });
  });

  test("names a base that is none", async () => {
    await expect(runExample(examplePlan(), { ...workplace(), modelPath: "/nowhere" })).rejects.toMatchObject({
      code: "E_SWEEP_OPTIONS",
      message: "modelPath must be a folder with a config.json or a .gguf file, got /nowhere",
    });
  });
});
