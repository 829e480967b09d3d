import { rmSync } from "node:fs";
import type { RequiredTruncation } from "@lorank/evidence/methods";
import type { TestExamplesFile } from "@lorank/train";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { localExecutor } from "../../src/executor/local-executor.ts";
import { type AskedRunOptions, runOptions } from "../../src/executor/run-options.ts";
import { runTasks, type TasksOutcome, type TrialTask } from "../../src/executor/run-tasks.ts";
import type { SweepEvent } from "../../src/index.ts";
import { missingRanks } from "../../src/methods/methods.ts";
import { scoringTask, truncationTask } from "../../src/stages/run-stages.ts";
import { SweepStore } from "../../src/store/store.ts";
import {
  comparable,
  examplePlan,
  exampleTest,
  runExample,
  temporaryFolder,
  testFile,
} from "../helpers/example.ts";
import { misbehaving, testOnly, truncationsOnly } from "../helpers/fake-trainer.ts";
import { cut, finishTrials, placeOf, score } from "../helpers/finished.ts";
import { workplaceInProcess as workplace } from "../helpers/in-process-executor.ts";

beforeEach(() => void vi.stubEnv("FAKE_TRIAL_HASTE", "100"));

const small = { ranks: [2, 4, 8], seeds: [0, 1, 2] };

describe("the stages of a method", () => {
  test("a probe runs to its end, says what it cut, and keeps what it rests on in the results", async () => {
    const place = workplace();
    const events: SweepEvent[] = [];
    const plan = examplePlan({ ...small, method: "probe" });
    const { results, finishedNow } = await runExample(plan, {
      ...place,
      onEvent: (event) => events.push(event),
    });
    expect(results!.sweep.method).toBe("probe");
    expect(results!.truncations!.map(({ rank, seed }) => [rank, seed])).toEqual(
      [2, 4].flatMap((rank) => [0, 1, 2].map((seed) => [rank, seed])),
    );
    expect(results!.decision.probe!.runs).toBe(results!.trials.length);
    expect(finishedNow).toBe(results!.trials.length);
    const cut = events.filter(({ kind }) => kind === "truncations-evaluated");
    expect(cut).toHaveLength(3);
    expect(cut[0]).toMatchObject({ rank: 8, truncations: [{ rank: 2 }, { rank: 4 }] });
  });

  test("a probe that lost a truncation and a trial makes them again and comes to the same results", async () => {
    const place = workplace();
    const plan = examplePlan({ ...small, method: "probe" });
    const { results } = await runExample(plan, place);
    const before = comparable(place.out);
    const store = new SweepStore(place.out);
    rmSync(store.truncationPath(results!.truncations![0]!.trialId, 2));
    rmSync(store.resultPath(results!.trials[0]!.trialId));
    const again = await runExample(plan, place);
    expect(again.finishedNow).toBe(1);
    expect(comparable(place.out)).toBe(before);
  });

  test("a trial whose adapter cannot be cut fails the sweep, and says so", async () => {
    const place = workplace();
    const seeds = [0, 1, truncationsOnly + misbehaving.wrongInput];
    const events: SweepEvent[] = [];
    const outcome = await runExample(examplePlan({ ...small, seeds, method: "probe" }), {
      ...place,
      onEvent: (event) => events.push(event),
    });
    expect(outcome).toMatchObject({ results: null, interrupted: false });
    expect(outcome.failed).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({
      kind: "trial-failed",
      rank: 8,
      message: expect.stringContaining("could not be cut"),
    });
  });

  test("a race runs blocks of seeds, and its results say how it went", async () => {
    const place = workplace();
    const plan = examplePlan({ ranks: [2, 4], seeds: [0, 1, 2, 3], method: "race" });
    const { results } = await runExample(plan, place);
    expect(results!.decision.race!.plannedSeeds).toBe(4);
    expect(results!.decision.race!.stopped).toBeDefined();
    expect(results!.decision.race!.runs).toBe(results!.trials.length);
  });

  test("a race whose time is up ends after a block with what it knows, and goes on when it is run again", async () => {
    const place = workplace();
    const plan = examplePlan({ ranks: [2, 4], seeds: [0, 1, 2, 3, 4], method: "race" });
    const { results } = await runExample(plan, { ...place, maxSeconds: 1e-3 });
    expect(results!.trials).toHaveLength(2 * 3);
    expect(results!.decision).toMatchObject({ verdict: "inconclusive", race: { plannedSeeds: 5 } });
    const { stopped } = results!.decision.race!;
    const again = await runExample(plan, place);
    expect(again.results!.decision.race!.stopped).toBeDefined();
    // Where three seeds settle it, there is nothing to go on with.
    expect(again.finishedNow > 0).toBe(stopped === undefined);
  });

  test("other learning rates and rsLoRA's scaling are tried last, and are in the decision but not among the trials", async () => {
    const place = workplace();
    const grid = { ranks: [2, 4, 8], seeds: [0, 1] };
    const plain = await runExample(examplePlan(grid), place);
    const asked = examplePlan({ ...grid, robustness: true });
    const { results, finishedNow } = await runExample(asked, { ...place, extend: true });
    expect(finishedNow).toBe(5);
    expect(results!.trials).toEqual(plain.results!.trials);
    expect(
      results!.otherRates!.map(({ spec }) => [spec.optimizer.learningRate, spec.lora.rank, spec.seed]),
    ).toEqual([
      [1e-3 / 3, 2, 0],
      [1e-3 / 3, 8, 0],
      [3e-3, 2, 0],
      [3e-3, 8, 0],
    ]);
    const { spec } = results!.otherScaling!;
    expect([spec.lora.scalingRule, spec.lora.rank, spec.seed]).toEqual(["rslora", 8, 0]);
    expect(results!.decision.robustness).toMatchObject({
      smallestRank: 2,
      largestRank: 8,
      seed: 0,
      scaling: { alpha: spec.lora.alpha, ratio: expect.closeTo(2, 12) },
    });
    expect(results!.decision.verdict).toBe(plain.results!.decision.verdict);
    // What was asked for once stays asked for.
    expect((await runExample(examplePlan(grid), { ...place, extend: true })).results).toEqual(results);
  });

  test.each([
    ["one at a time start as they are planned", 1, [2, 4, 8]],
    ["two at a time start with each seed's highest rank", 2, [8, 4, 2]],
  ])("trials %s, and checks come last", async (_, capacity, ranks) => {
    const events: SweepEvent[] = [];
    const place = workplace();
    await runExample(examplePlan({ ranks: [2, 4, 8], seeds: [0, 1], robustness: true }), {
      ...place,
      executor: async (...job) => ({ ...(await place.executor(...job)), capacity }),
      onEvent: (event) => events.push(event),
    });
    const started = events.filter((event) => event.kind === "trial-started");
    const trials = started.slice(0, 6);
    expect(trials.map(({ seed, rank }) => [seed, rank])).toEqual(
      [0, 1].flatMap((seed) => ranks.map((rank) => [seed, rank])),
    );
    expect(started).toHaveLength(6 + 5);
  });

  test("another method goes on with what one has run, if it is asked to", async () => {
    const place = workplace();
    const probed = await runExample(examplePlan({ ...small, method: "probe" }), place);
    const grid = examplePlan(small);
    await expect(runExample(grid, place)).rejects.toMatchObject({
      code: "E_SWEEP_CHANGED",
      message: expect.stringContaining("method"),
    });
    const outcome = await runExample(grid, { ...place, extend: true });
    expect(outcome.finishedNow).toBe(9 - probed.results!.trials.length);
    expect(outcome.results!.trials).toHaveLength(9);
    expect(outcome.results!.truncations).toBeUndefined();
  });
});

describe("the tasks of a stage", () => {
  function run(
    store: SweepStore,
    tasks: readonly TrialTask[],
    asked: AskedRunOptions = {},
  ): Promise<TasksOutcome> {
    const options = runOptions({ trialsAtOnce: 2, maxAttempts: 2, ...asked });
    return runTasks(localExecutor(placeOf(store), options), tasks, options, () => {});
  }

  describe("truncations", () => {
    async function storeWith(
      seeds: readonly number[],
    ): Promise<{ store: SweepStore; wanted: RequiredTruncation[]; tasks: TrialTask[] }> {
      const store = new SweepStore(temporaryFolder());
      const ids = await finishTrials(store, examplePlan({ ranks: [4], seeds }).specs);
      const wanted = ids.map((trialId) => ({ trialId, ranks: [1, 2] }));
      return { store, wanted, tasks: wanted.map((one) => truncationTask(store, one)) };
    }

    test("are evaluated where they are missing", async () => {
      const { store, wanted, tasks } = await storeWith([0, 1]);
      await cut(store, wanted[0]!.trialId, [1, 2]);
      await cut(store, wanted[1]!.trialId, [1]);
      expect(tasks.map(({ missing }) => missing())).toEqual([
        undefined,
        { kind: "truncate", trialId: wanted[1]!.trialId, ranks: [2] },
      ]);
      expect(await run(store, tasks)).toMatchObject({ failed: [] });
      expect(wanted.flatMap((one) => missingRanks(store, one))).toEqual([]);
    });

    test("are tried again where they broke, not where they are wrong, and say why", async () => {
      const broken = truncationsOnly + misbehaving.throws;
      const wrong = truncationsOnly + misbehaving.wrongInput;
      const { store, wanted, tasks } = await storeWith([broken, wrong]);
      const { finished, failed } = await run(store, tasks);
      const messages = wanted.map(({ trialId }) => failed.find((one) => one.trialId === trialId)!.message);
      expect(messages[0]).toMatch(
        /^its adapter could not be cut after 2 attempts: the process that evaluates it exited with code 1/,
      );
      expect(messages[0]).toContain("the loss function of this trial is broken");
      expect(messages[1]).toMatch(/^its adapter could not be cut after 1 attempt: .* exited with code 2/);
      expect(finished).toEqual([]);
    });

    test("once they are asked to stop, start nothing and call nothing failed", async () => {
      const { store, wanted, tasks } = await storeWith([0, 1]);
      const stop = new AbortController();
      stop.abort();
      const outcome = await run(store, tasks, { signals: { stop: stop.signal } });
      expect(outcome).toEqual({ finished: [], failed: [] });
      expect(wanted.flatMap((one) => missingRanks(store, one))).toHaveLength(4);
    });
  });

  test("a score that fails says what failed, and the others are made all the same", async () => {
    const store = new SweepStore(temporaryFolder());
    const seeds = [1, 2, testOnly + misbehaving.wrongInput];
    const ids = await finishTrials(store, examplePlan({ ranks: [4], seeds }).specs);
    const examples: TestExamplesFile = { file: testFile(), sha256: exampleTest.sha256 };
    await score(store, ids[0]!, examples);
    const tasks = ids.map((id) => scoringTask(store, id, examples));
    expect(tasks[0]!.missing()).toBeUndefined();
    const { failed } = await run(store, tasks);
    expect(ids.map((id) => store.hasTestRun(examples.sha256, id))).toEqual([true, true, false]);
    expect(failed.map(({ trialId }) => trialId)).toEqual([ids[2]]);
    expect(failed[0]!.message).toMatch(
      /^its adapter could not be scored on the test examples after 1 attempt: /,
    );
  });
});
