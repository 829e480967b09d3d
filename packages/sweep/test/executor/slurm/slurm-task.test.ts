import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { endPath, newBatch, startPath, writeEnd } from "../../../src/executor/slurm/batch.ts";
import { submittal, writeBatch } from "../../../src/executor/slurm/submittal.ts";
import { buildContract, Scene } from "../../helpers/contract-scene.ts";
import { misbehaving } from "../../helpers/fake-trainer.ts";
import { slurmUnderTest } from "../../helpers/slurm-failures.ts";
import { stubSlurm } from "../../helpers/slurm-stubs.ts";
import { staged } from "../../helpers/staged.ts";
import { until } from "../../helpers/sweep-process.ts";

let dist: string;
beforeAll(async () => {
  dist = await buildContract(slurmUnderTest);
});
afterAll(() => rmSync(dirname(dist), { recursive: true, force: true }));

/** A batch with one trial, the program that Slurm would start for it, and stubs in the place of Slurm's own. */
function task(seed: number) {
  const scene = new Scene(dist, {}, { seeds: [seed] });
  onTestFinished(() => scene.close());
  const stubs = stubSlurm();
  stubs.put("scontrol", "exit 0");
  const batch = newBatch(scene.store.out);
  writeBatch(batch, scene.place, [scene.train(scene.ids[0]!)], submittal(batch, 1, 3, {}));
  const start = (restarts?: number) => {
    const env = { ...process.env, SLURM_ARRAY_JOB_ID: "9", SLURM_RESTART_COUNT: restarts?.toString() };
    const args = [join(dist, "slurm-task.js"), batch.folder, "2", "0"];
    const child = spawn(process.execPath, args, { env, stdio: ["ignore", "inherit", "inherit"] });
    onTestFinished(() => void child.kill("SIGKILL"));
    const code = new Promise<number | null>((resolve) => child.once("exit", resolve));
    return { child, code };
  };
  const end = () => {
    const file = endPath(batch, 0);
    return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
  };
  return { scene, stubs, batch, start, end };
}

/** Leaves something to go on from, as a trainer would. */
function leaveResume(scene: Scene): void {
  mkdirSync(join(scene.store.attempts(scene.ids[0]!)[0]!.folder, "resume"));
}

test("runs its job as the local executor does, and notes its attempt and its end", async () => {
  const { scene, batch, start, end } = task(0);
  expect(await start().code).toBe(0);
  expect(scene.store.isDone(scene.ids[0]!)).toBe(true);
  expect(JSON.parse(readFileSync(startPath(batch, 0), "utf8"))).toEqual({ attempt: 1 });
  expect(end()).toEqual({ reason: "the trial's process exited with code 0", mayRetry: true });
});

test("wrong input may not be tried again", async () => {
  const { start, end } = task(misbehaving.wrongInput);
  expect(await start().code).toBe(0);
  expect(end()).toMatchObject({ mayRetry: false, reason: expect.stringContaining("E_TARGET") });
});

test("does nothing where the task has ended, or the trial has its result", async () => {
  const ended = task(0);
  writeEnd(ended.batch, 0, { reason: "cancelled", mayRetry: false });
  expect(await ended.start().code).toBe(0);
  expect(ended.scene.store.attempts(ended.scene.ids[0]!)).toEqual([]);

  const done = task(0);
  await (await done.scene.stray()).ended;
  expect(await done.start().code).toBe(0);
  expect(done.scene.store.attempts(done.scene.ids[0]!)).toHaveLength(1);
  expect(done.end()).toEqual({ reason: "the trial has a result", mayRetry: true });
});

test("near the time limit a trial that left resume/ is queued again", async () => {
  const { scene, stubs, start, end } = task(staged.firstWaits);
  const { child, code } = start(1);
  await scene.waits();
  leaveResume(scene);
  child.kill("SIGUSR1");
  expect(await code).toBe(75);
  expect(stubs.calls("scontrol")).toEqual(["requeue 9_0"]);
  expect(end()).toBeUndefined();
});

test("near the time limit a trial that left nothing ends for good, and says what would help", async () => {
  const { scene, stubs, start, end } = task(staged.firstWaits);
  const { child, code } = start();
  await scene.waits();
  child.kill("SIGUSR1");
  expect(await code).toBe(0);
  expect(stubs.calls("scontrol")).toEqual([]);
  expect(end()).toEqual({
    reason: "the time limit came near, and the trainer left no resume/ to go on from; use a longer --time",
    mayRetry: false,
  });
});

test("is queued again only so often", async () => {
  const { scene, stubs, start, end } = task(staged.firstWaits);
  const { child, code } = start(2);
  await scene.waits();
  leaveResume(scene);
  child.kill("SIGUSR1");
  expect(await code).toBe(0);
  expect(stubs.calls("scontrol")).toEqual([]);
  expect(end()).toEqual({
    reason: "the time limit came near after 2 requeues; use a longer --time",
    mayRetry: false,
  });
});

test("a job that Slurm may not queue again says why", async () => {
  const { scene, stubs, start, end } = task(staged.firstWaits);
  stubs.put("scontrol", "echo 'Requested operation is presently disabled' >&2; exit 1");
  const { child, code } = start();
  await scene.waits();
  leaveResume(scene);
  child.kill("SIGUSR1");
  expect(await code).toBe(0);
  expect(end()).toMatchObject({
    mayRetry: true,
    reason: expect.stringContaining(
      "would not start the job again: Requested operation is presently disabled",
    ),
  });
});

test.each([
  ["COMPLETING", [], "was cancelled"],
  ["RUNNING", ["requeue 9_0"], "runs on, so that only its node must be left"],
])("SIGTERM of a job that is %s by the queue: %j (it %s)", async (state, calls) => {
  const { scene, stubs, start, end } = task(staged.firstWaits);
  stubs.put("squeue", `echo ${state}`);
  const { child, code } = start();
  await scene.waits();
  leaveResume(scene);
  child.kill("SIGTERM");
  expect(await code).toBe(75);
  expect(stubs.calls("scontrol")).toEqual(calls);
  expect(end()).toBeUndefined();
});

test.each([
  ["COMPLETING", 75, undefined],
  ["RUNNING", 0, { mayRetry: true }],
])(
  "SIGTERM of the trial's process alone, in a job that is %s by the queue: exit code %i, end %j",
  async (state, exitCode, written) => {
    const { scene, stubs, start, end } = task(staged.firstWaits);
    stubs.put("squeue", `echo ${state}`);
    const { code } = start();
    await scene.waits();
    process.kill(scene.pids()[0]!, "SIGTERM");
    expect(await code).toBe(exitCode);
    expect(stubs.calls("squeue")).toHaveLength(1);
    if (written === undefined) expect(end()).toBeUndefined();
    else expect(end()).toMatchObject(written);
  },
);

test("a signal that comes before the trial has begun is not lost", async () => {
  const { scene, start, end } = task(misbehaving.takesForever);
  const { child, code } = start();
  await until(() => scene.store.attempts(scene.ids[0]!).length > 0, "the attempt is claimed");
  child.kill("SIGUSR1");
  expect(await code).toBe(0);
  expect(end()).toMatchObject({ mayRetry: false });
});
