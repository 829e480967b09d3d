import type { TestExamplesFile } from "@lorank/train";
import { describe, expect, test } from "vitest";
import { localExecutor } from "../../src/executor/local-executor.ts";
import { type AskedRunOptions, runOptions } from "../../src/executor/run-options.ts";
import { runTasks, type Task, type TasksOutcome } from "../../src/executor/run-tasks.ts";
import { scoringTask, truncationTask } from "../../src/stages/tasks.ts";
import { SweepStore } from "../../src/store/store.ts";
import { missingRanks, type WantedTruncation } from "../../src/store/truncations.ts";
import { examplePlan, exampleTest, temporaryFolder, testFile } from "../helpers/example.ts";
import { misbehaving, testOnly, truncationsOnly } from "../helpers/fake-trial.ts";
import { cut, finishTrials, placeOf, score } from "../helpers/finished.ts";

function run(store: SweepStore, tasks: readonly Task[], asked: AskedRunOptions = {}): Promise<TasksOutcome> {
  const options = runOptions({ trialsAtOnce: 2, maxAttempts: 2, ...asked });
  return runTasks(localExecutor(placeOf(store), options), tasks, options, () => {});
}

describe("truncations", () => {
  async function storeWith(
    seeds: readonly number[],
  ): Promise<{ store: SweepStore; wanted: WantedTruncation[]; tasks: Task[] }> {
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
