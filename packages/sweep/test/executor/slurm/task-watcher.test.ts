import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setImmediate as tick } from "node:timers/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { newBatch, startPath, writeEnd, writeStart } from "../../../src/executor/slurm/batch.ts";
import { TaskWatcher } from "../../../src/executor/slurm/task-watcher.ts";
import { SweepStore } from "../../../src/store/store.ts";
import { examplePlan, temporaryFolder } from "../../helpers/example.ts";
import { finishTrials } from "../../helpers/finished.ts";
import { stubSlurm } from "../../helpers/slurm-stubs.ts";
import { until } from "../../helpers/sweep-process.ts";

/** Unlike the 10 ms of `until`. */
const pollMs = 50;

/** A watcher of two tasks of one batch, with stubs in the place of Slurm. */
function watched(trialIds: readonly [string, string], store = new SweepStore(temporaryFolder())) {
  const stubs = stubSlurm();
  for (const program of ["scancel", "scontrol"]) stubs.put(program, "exit 0");
  const batch = newBatch(store.out);
  mkdirSync(dirname(startPath(batch, 0)), { recursive: true });
  const said: string[] = [];
  const watcher = new TaskWatcher(store, pollMs / 1000, (sentence) => said.push(sentence));
  onTestFinished(() => watcher.close());
  const queue = (lines: readonly string[]) => stubs.put("squeue", `cat <<'END'\n${lines.join("\n")}\nEND`);
  const line = (index: number, state: string, reason = "None") =>
    `5_${index}|${state}|1:00|n1|${batch.name}|${reason}`;
  const watch = () =>
    trialIds.map((trialId, i) => watcher.watch(batch, i, { kind: "train", trialId }, `5_${i}`));
  return { store, stubs, batch, said, watcher, queue, line, watch };
}

const ids = ["a".repeat(64), "b".repeat(64)] as const;

test("a task ends with the end that it wrote, or when the queue has lost it twice", async () => {
  const { batch, queue, line, watch, watcher } = watched(ids);
  queue([line(0, "RUNNING")]);
  const [first, second] = watch();
  expect(await second!.ended).toMatchObject({
    mayRetry: true,
    reason: expect.stringMatching(/^its job 5_1 ended/),
  });
  expect(watcher.size).toBe(1);
  writeEnd(batch, 0, { reason: "the trial's process exited with code 0", mayRetry: true });
  expect(await first!.ended).toEqual({ reason: "the trial's process exited with code 0", mayRetry: true });
  expect(watcher.size).toBe(0);
});

test("a controller that is away ends nothing", async () => {
  const { batch, stubs, queue, line, said, watch, watcher } = watched(ids);
  stubs.put("squeue", "echo 'Unable to contact slurm controller' >&2; exit 1");
  const tasks = watch();
  await until(() => stubs.calls("squeue").length > 3, "the queue was asked several times");
  expect(watcher.size).toBe(2);
  expect(said).toContain("Slurm's controller does not answer; the sweep goes on when it does");
  queue([line(0, "RUNNING"), line(1, "RUNNING")]);
  for (const i of [0, 1]) writeEnd(batch, i, { reason: "done", mayRetry: true });
  expect(await Promise.all(tasks.map(({ ended }) => ended))).toHaveLength(2);
});

test("what a lost controller holds is released where it is wanted, and cancelled where it has ended", async () => {
  const { batch, stubs, queue, line, watch } = watched(ids);
  const held = "launch failed requeued held";
  queue([line(0, "PENDING", held), line(1, "PENDING", held)]);
  const [, second] = watch();
  writeEnd(batch, 1, { reason: "done", mayRetry: true });
  await second!.ended;
  await until(() => stubs.calls("scontrol").length > 0, "the wanted one is released");
  expect(stubs.calls("scontrol")[0]).toBe("release 5_0");
  expect(stubs.calls("scancel")[0]).toBe(`--name=${batch.name} 5_1`);
});

test("a task that is queued again though its trial has a result is cancelled", async () => {
  const store = new SweepStore(temporaryFolder());
  const [done] = await finishTrials(store, examplePlan({ ranks: [2], seeds: [0] }).specs);
  const { batch, stubs, queue, line, watch } = watched([done!, ids[1]], store);
  writeStart(batch, 0, 1);
  queue([line(0, "PENDING", "BeginTime"), line(1, "RUNNING")]);
  const [first] = watch();
  expect(await first!.ended).toEqual({ reason: "the trial has a result", mayRetry: true });
  await until(() => stubs.calls("scancel").length > 0, "it is cancelled");
  expect(stubs.calls("scancel")).toEqual([`--name=${batch.name} 5_0`]);
});

test("a cancel that the controller did not hear is said again", async () => {
  const { batch, stubs, queue, line, watch, watcher } = watched(ids);
  queue([line(0, "RUNNING"), line(1, "RUNNING")]);
  stubs.put("scancel", "exit 1");
  const [first] = watch();
  watcher.cancel(first!, "stop");
  await until(() => stubs.calls("scancel").length > 2, "it is said again");
  queue([line(1, "RUNNING")]);
  expect(await first!.ended).toEqual({ reason: "its job 5_0 was cancelled", mayRetry: true });
  expect(new Set(stubs.calls("scancel"))).toEqual(new Set([`--name=${batch.name} 5_0`]));
});

test("once closed it looks no more, though it was asking the queue just then", async () => {
  const { stubs, said, watch, watcher } = watched(ids);
  const answered = join(temporaryFolder(), "answered");
  stubs.put("squeue", `until [ -e '${answered}' ]; do sleep 0.01; done; exit 1`);
  watch();
  await until(() => stubs.calls("squeue").length > 0, "the queue is asked");
  watcher.close();
  const timer = vi.spyOn(globalThis, "setTimeout");
  writeFileSync(answered, "");
  await until(() => said.length > 0, "the look under way has its answer");
  await tick(); // what follows an answer at once
  expect(timer.mock.calls.filter(([, ms]) => ms === pollMs)).toEqual([]);
});
