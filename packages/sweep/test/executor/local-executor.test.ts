import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { sha256OfFile } from "@lorank/checkpoint/disk";
import type { CommandSpec } from "@lorank/evidence/results";
import { describe, expect, test } from "vitest";
import type { WorkEvent } from "../../src/executor/executor.ts";
import { DevicePool, deviceEnvironment, localExecutor } from "../../src/executor/local-executor.ts";
import { readAttemptState } from "../../src/store/attempt-log.ts";
import { knownDigests, learnDigests } from "../../src/store/file-digests.ts";
import { SweepStore } from "../../src/store/store.ts";
import { commandExample, writesOutcomes } from "../helpers/command-example.ts";
import { examplePlan, exampleTest, temporaryFolder, testFile } from "../helpers/example.ts";
import { misbehaving, testOnly, truncationsOnly } from "../helpers/fake-trainer.ts";
import { finishTrials, placeOf } from "../helpers/finished.ts";
import { until } from "../helpers/sweep-process.ts";

describe("localExecutor", () => {
  const nobody = () => {};

  function trialOf(seed: number): { store: SweepStore; trialId: string } {
    const store = new SweepStore(temporaryFolder());
    return { store, trialId: store.addSpec(examplePlan({ ranks: [2], seeds: [seed] }).specs[0]!) };
  }

  test("claims an attempt for each trial before its process starts, and passes on what that reports", async () => {
    const { store, trialId } = trialOf(0);
    const events: WorkEvent[] = [];
    const executor = localExecutor(placeOf(store), { trialsAtOnce: 3 });
    const { ended } = executor.submit({ kind: "train", trialId }, (event) => events.push(event));
    expect(events).toEqual([{ kind: "started", trialId, attempt: 1 }]);
    expect(await ended).toEqual({ reason: "the trial's process exited with code 0", mayRetry: true });
    expect(store.isDone(trialId)).toBe(true);
    expect(events.some((event) => event.kind === "progress" && event.event.kind === "step")).toBe(true);
    expect(executor.capacity).toBe(3);
  });

  test("keeps what a process prints beside what it makes", async () => {
    const store = new SweepStore(temporaryFolder());
    const seeds = [truncationsOnly + misbehaving.wrongInput, testOnly + misbehaving.throws];
    const [cut, scored] = await finishTrials(store, examplePlan({ ranks: [4], seeds }).specs);
    const { sha256 } = exampleTest;
    const executor = localExecutor(placeOf(store), { trialsAtOnce: 1 });
    const truncating = executor.submit({ kind: "truncate", trialId: cut!, ranks: [2] }, nobody);
    expect(await truncating.ended).toMatchObject({
      reason: expect.stringMatching(/^the process that evaluates it exited with code 2/),
      mayRetry: false,
    });
    const printed = join(dirname(store.truncationPath(cut!, 2)), "output.txt");
    expect(readFileSync(printed, "utf8")).toContain("E_TARGET");
    const test = { file: testFile(), sha256 };
    await executor.submit({ kind: "evaluate", trialId: scored!, test }, nobody).ended;
    const output = store.testRunPath(sha256, scored!).replace(/json$/, "txt");
    expect(readFileSync(output, "utf8")).toContain("the loss function");
  });

  test.each([
    ["stop", /exited with code 75/],
    // SIGQUIT comes before SIGKILL: a process that has no time to act on it on a busy machine is ended.
    ["kill", /exited with code 75|was killed by SIGKILL/],
  ] as const)("a process ends by %s", async (how, words) => {
    const { store, trialId } = trialOf(misbehaving.takesForever);
    const executor = localExecutor(placeOf(store), { trialsAtOnce: 1 });
    const { ended, cancel } = executor.submit({ kind: "train", trialId }, nobody);
    await until(() => existsSync(join(store.path("attempts", trialId), "1", "log.jsonl")), "the trial runs");
    cancel(how);
    expect((await ended).reason).toMatch(words);
    const { folder } = store.attempts(trialId)[0]!;
    expect(readAttemptState(folder)!.end).toMatchObject({ kind: "ended", interrupted: true });
  });

  test("a process that is killed by others leaves the reason in the attempt's log", async () => {
    const { store, trialId } = trialOf(misbehaving.takesForever);
    const folder = join(store.path("attempts", trialId), "1");
    const executor = localExecutor(placeOf(store), { trialsAtOnce: 1 });
    const { ended } = executor.submit({ kind: "train", trialId }, nobody);
    await until(() => readAttemptState(folder)?.start !== undefined, "the trial runs");
    process.kill(readAttemptState(folder)!.start!.pid, "SIGKILL");
    const { reason } = await ended;
    expect(readAttemptState(folder)!.end).toEqual({ time: expect.any(String), kind: "ended", reason });
  });

  test("a process whose log can no longer be written is told of all the same", async () => {
    const { store, trialId } = trialOf(misbehaving.takesForever);
    const folder = join(store.path("attempts", trialId), "1");
    const executor = localExecutor(placeOf(store), { trialsAtOnce: 1 });
    const { ended } = executor.submit({ kind: "train", trialId }, nobody);
    await until(() => readAttemptState(folder)?.start !== undefined, "the trial runs");
    const { pid } = readAttemptState(folder)!.start!;
    rmSync(join(folder, "log.jsonl"));
    mkdirSync(join(folder, "log.jsonl"));
    process.kill(pid, "SIGKILL");
    expect((await ended).reason).toMatch(/^the trial's process (was killed by SIGKILL|exited with code 1)/);
  });

  test("gives each process a device of its own, and takes as many at once", async () => {
    const store = new SweepStore(temporaryFolder());
    const seeds = [misbehaving.namesItsDevice];
    const ids = examplePlan({ ranks: [1, 2, 4], seeds }).specs.map((spec) => store.addSpec(spec));
    const executor = localExecutor(placeOf(store), { trialsAtOnce: 9, devices: ["cuda:0", "cuda:1"] });
    expect(executor.capacity).toBe(2);
    const train = (id: string) => executor.submit({ kind: "train", trialId: id }, nobody).ended;
    const ends = await Promise.all([train(ids[0]!), train(ids[1]!)]);
    ends.push(await train(ids[2]!));
    expect(ends.map(({ reason }) => /Error: on (.*)/.exec(reason)?.[1])).toEqual([
      "cuda:0",
      "cuda:1",
      "cuda:0",
    ]);
  });

  test("a trainer's large file is hashed by the first process that runs it, and by none after it", async () => {
    const { store, place, spec } = commandExample({ train: writesOutcomes });
    const program = { path: process.execPath, sha256: sha256OfFile(process.execPath) };
    const executor = localExecutor(place, { trialsAtOnce: 1 });
    const train = (seed: number, file: object) => {
      const trainer = { ...spec.trainer, files: [...spec.trainer.files, file] };
      const trialId = store.addSpec({ ...spec, seed, trainer } as CommandSpec);
      return executor.submit({ kind: "train", trialId }, nobody).ended;
    };
    expect(await train(1, program)).toMatchObject({ reason: "the trial's process exited with code 0" });
    const digest = knownDigests().find(({ path }) => path === process.execPath)!;
    expect(digest.sha256).toBe(program.sha256);
    // A digest that no hashing gives shows that there was none.
    const forged = "f".repeat(64);
    learnDigests([{ ...digest, sha256: forged }]);
    expect(await train(2, { ...program, sha256: forged })).toMatchObject({ mayRetry: true });
    learnDigests([digest]);
    expect(await train(3, { ...program, sha256: forged })).toMatchObject({ mayRetry: false });
  });
});

describe("devices", () => {
  test("each process has a device of its own as long as there are enough", () => {
    const pool = new DevicePool(["cuda:0", "cuda:1"]);
    expect([pool.take(), pool.take()]).toEqual(["cuda:0", "cuda:1"]);
    pool.giveBack("cuda:1");
    expect(pool.take()).toBe("cuda:1");
    expect(new DevicePool([]).take()).toBeUndefined();
  });

  test("a process sees its own device alone, by the numbers of those that this one sees", () => {
    expect(deviceEnvironment("cuda:1", {})).toEqual({ LORANK_DEVICE: "cuda:1", CUDA_VISIBLE_DEVICES: "1" });
    expect(deviceEnvironment("cuda:1", { CUDA_VISIBLE_DEVICES: "4,GPU-7" })).toEqual({
      LORANK_DEVICE: "cuda:1",
      CUDA_VISIBLE_DEVICES: "GPU-7",
    });
    expect(deviceEnvironment("mps", {})).toEqual({ LORANK_DEVICE: "mps" });
    expect(deviceEnvironment(undefined, {})).toEqual({});
  });
});
