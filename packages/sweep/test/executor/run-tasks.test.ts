import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { localExecutor } from "../../src/executor/local-executor.ts";
import { type AskedRunOptions, runOptions } from "../../src/executor/run-options.ts";
import { runTasks, type TaskEvent, type TasksOutcome } from "../../src/executor/run-tasks.ts";
import type { SweepConfig } from "../../src/plan/sweep-config.ts";
import { trainingTask } from "../../src/stages/run-stages.ts";
import { SweepStore } from "../../src/store/store.ts";
import { examplePlan, temporaryFolder } from "../helpers/example.ts";
import { misbehaving } from "../helpers/fake-trainer.ts";
import { placeOf } from "../helpers/finished.ts";
import { trialProcesses, until } from "../helpers/sweep-process.ts";

/** A store with the trials of a plan, and how to run them. */
function trialsOf(changes: Partial<SweepConfig>, asked: AskedRunOptions = {}) {
  const store = new SweepStore(temporaryFolder());
  const ids = examplePlan(changes).specs.map((spec) => store.addSpec(spec));
  const events: TaskEvent[] = [];
  const options = runOptions({ trialsAtOnce: 2, ...asked });
  const run = (onEvent: (event: TaskEvent) => void = () => {}): Promise<TasksOutcome> =>
    runTasks(
      localExecutor(placeOf(store), options),
      ids.map((id) => trainingTask(store, id)),
      options,
      (event) => {
        events.push(event);
        onEvent(event);
      },
    );
  return { store, ids, events, run };
}

function kinds(events: readonly TaskEvent[]): string[] {
  return events.map(({ kind }) => kind).filter((kind) => kind !== "progress");
}

/** The pid that the first attempt wrote into its log. */
function pidOf(store: SweepStore, id: string, attempt = 1): number {
  const log = readFileSync(join(store.path("attempts", id), String(attempt), "log.jsonl"), "utf8");
  return (JSON.parse(log.split("\n")[0]!) as { pid: number }).pid;
}

describe("runTasks", () => {
  test("runs every trial once, never more side by side than asked, in the order given", async () => {
    const { ids, events, run } = trialsOf({ ranks: [1, 2, 4], seeds: [0] });
    let running = 0;
    let most = 0;
    const outcome = await run((event) => {
      if (event.kind === "started") most = Math.max(most, ++running);
      if (event.kind === "finished") running--;
    });
    expect(outcome.finished.toSorted()).toEqual(ids.toSorted());
    expect(outcome.failed).toEqual([]);
    expect(most).toBe(2);
    expect(events.filter(({ kind }) => kind === "started").map(({ trialId }) => trialId)).toEqual(ids);
    expect(events.some((event) => event.kind === "progress" && event.event.kind === "step")).toBe(true);
  });

  test("starts a trial again whose process was killed", async () => {
    const { store, ids, events, run } = trialsOf({ ranks: [2], seeds: [0] });
    const outcome = await run((event) => {
      const first = events.filter(({ kind }) => kind === "progress").length === 1;
      if (event.kind === "progress" && first) process.kill(pidOf(store, ids[0]!), "SIGKILL");
    });
    expect(outcome.finished).toEqual(ids);
    expect(kinds(events)).toEqual(["started", "retried", "started", "finished"]);
    expect(events.find(({ kind }) => kind === "retried")).toMatchObject({
      attempt: 1,
      reason: expect.stringContaining("the trial's process was killed by SIGKILL"),
    });
  });

  test("gives up a trial after three attempts, says why, and finishes the others", async () => {
    const { store, ids, events, run } = trialsOf({ ranks: [2], seeds: [misbehaving.throws, 1] });
    const outcome = await run();
    const [good, bad] = [ids[0]!, ids[1]!];
    expect(outcome.finished).toEqual([good]);
    expect(outcome.failed.map(({ trialId }) => trialId)).toEqual([bad]);
    expect(outcome.failed[0]!.message).toMatch(
      /^failed after 3 attempts: the trial's process exited with code 1; it last printed:\n(.*\n)*Error: the loss function of this trial is broken/,
    );
    expect(kinds(events.filter(({ trialId }) => trialId === bad))).toEqual([
      "started",
      "retried",
      "started",
      "retried",
      "started",
      "failed",
    ]);
    expect(store.attempts(bad)).toHaveLength(3);
  });

  test("does not try wrong input twice", async () => {
    const { run } = trialsOf({ ranks: [2], seeds: [misbehaving.wrongInput] });
    const { failed } = await run();
    expect(failed[0]!.message).toBe(
      "failed after 1 attempt: the trial's process exited with code 2; it last printed:\n" +
        'E_TARGET: no layer matches "q_porj"',
    );
  });

  test("calls an exhausted heap by its name", async () => {
    const { run } = trialsOf({ ranks: [2], seeds: [misbehaving.exhaustsTheHeap] }, { maxAttempts: 1 });
    process.execArgv.push("--max-old-space-size=80"); // the child's limit: it takes over our options
    const { failed } = await run().finally(() => process.execArgv.pop());
    expect(failed[0]!.message).toContain("was killed by SIGABRT (out of memory: V8 heap); it last printed:");
  });

  test("believes the results folder, not the exit code", async () => {
    const { exitsWithoutResult, crashesAtTeardown } = misbehaving;
    const { ids, run } = trialsOf(
      { ranks: [2], seeds: [exitsWithoutResult, crashesAtTeardown] },
      { maxAttempts: 1 },
    );
    const outcome = await run();
    expect(outcome.failed).toEqual([
      { trialId: ids[0], message: "failed after 1 attempt: the trial's process exited with code 0" },
    ]);
    expect(outcome.finished).toEqual([ids[1]]);
  });

  test("an abort ends the running trial at once and starts no other", async () => {
    const stop = new AbortController();
    const { store, ids, events, run } = trialsOf(
      { ranks: [2], seeds: [misbehaving.takesForever, 1000] },
      { trialsAtOnce: 1, signals: { stop: stop.signal } },
    );
    const running = run();
    await until(
      () => store.attempts(ids[0]!).length === 1 && trialProcesses(store.out).length === 1,
      "it runs",
    );
    stop.abort();
    expect(await running).toEqual({ finished: [], failed: [] });
    expect(kinds(events)).toEqual(["started"]);
    expect(trialProcesses(store.out)).toEqual([]);
  });

  test("a second abort kills a trial that does not listen", async () => {
    const [stop, kill] = [new AbortController(), new AbortController()];
    const { store, ids, run } = trialsOf(
      { ranks: [2], seeds: [misbehaving.hangsSynchronously] },
      { signals: { stop: stop.signal, kill: kill.signal } },
    );
    const running = run();
    await until(() => pidOfOrNone(store, ids[0]!) !== undefined, "the trial hangs");
    stop.abort();
    kill.abort();
    expect(await running).toEqual({ finished: [], failed: [] });
    expect(trialProcesses(store.out)).toEqual([]);
  });

  test("a listener that throws ends all trials before the error comes out", async () => {
    const { store, run } = trialsOf(
      { ranks: [2], seeds: [misbehaving.takesForever, misbehaving.throws] },
      { maxAttempts: 1 },
    );
    const onEvent = ({ kind }: TaskEvent) => {
      if (kind === "failed") throw new Error("the terminal is gone");
    };
    await expect(run(onEvent)).rejects.toThrow("the terminal is gone");
    expect(trialProcesses(store.out)).toEqual([]);
  });
});

function pidOfOrNone(store: SweepStore, id: string): number | undefined {
  try {
    return pidOf(store, id);
  } catch {
    return undefined;
  }
}
