import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { whileRunning } from "../../../../scripts/while-running.ts";
import type { Job, TrialToMeasure, Work } from "../../src/plan/job.ts";
import { SweepStore } from "../../src/store/store.ts";
import { examplePlan, exampleTest, temporaryFolder, testFile } from "../helpers/example.ts";
import { misbehaving, testOnly, truncationsOnly } from "../helpers/fake-trainer.ts";
import { finishTrials, placeOf } from "../helpers/finished.ts";
import { until } from "../helpers/sweep-process.ts";

const program = fileURLToPath(new URL("../../src/worker/worker.ts", import.meta.url));

interface Worker {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly stderr: string }>;
}

/** Starts the program without a parent that listens, as a scheduler would. */
function start(job: string): Worker {
  const child = spawn(process.execPath, [...process.execArgv, program, job], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr!.on("data", (text) => {
    stderr += text;
  });
  return {
    child,
    ended: new Promise((resolve) => child.once("exit", (code) => resolve({ code, stderr }))),
  };
}

function work(store: SweepStore, asked: Work | TrialToMeasure): Worker {
  return start(JSON.stringify({ ...placeOf(store), ...asked } satisfies Job));
}

/** A store with one trial. */
function trialOf(seed: number): { store: SweepStore; trialId: string } {
  const store = new SweepStore(temporaryFolder());
  return { store, trialId: store.addSpec(examplePlan({ ranks: [4], seeds: [seed] }).specs[0]!) };
}

/** A store with one trial that has its result. */
async function finished(seed: number): Promise<{ store: SweepStore; trialId: string }> {
  const store = new SweepStore(temporaryFolder());
  const [trialId] = await finishTrials(store, examplePlan({ ranks: [4], seeds: [seed] }).specs);
  return { store, trialId: trialId! };
}

const codes = [
  [0, 0],
  [misbehaving.throws, 1],
  [misbehaving.wrongInput, 2],
  [misbehaving.hasNoRuntime, 2],
] as const;

describe("exits with what its job came to", () => {
  test.each(codes)("training seed %i: %i", async (seed, code) => {
    const { store, trialId } = trialOf(seed);
    expect(await work(store, { kind: "train", trialId }).ended).toMatchObject({ code });
    expect(store.isDone(trialId)).toBe(code === 0);
  });

  test.each(codes)("cutting seed %i: %i", async (seed, code) => {
    const { store, trialId } = await finished(seed === 0 ? 0 : truncationsOnly + seed);
    expect(await work(store, { kind: "truncate", trialId, ranks: [2] }).ended).toMatchObject({ code });
    expect(store.hasTruncation(trialId, 2)).toBe(code === 0);
  });

  test.each(codes)("scoring seed %i: %i", async (seed, code) => {
    const { store, trialId } = await finished(seed === 0 ? 0 : testOnly + seed);
    const { sha256 } = exampleTest;
    const scored = { kind: "evaluate", trialId, test: { file: testFile(), sha256 } } as const;
    expect(await work(store, scored).ended).toMatchObject({ code });
    expect(store.hasTestRun(sha256, trialId)).toBe(code === 0);
  });

  test.each(codes)("measuring seed %i: %i", async (seed, code) => {
    const { store, trialId } = trialOf(seed);
    const resultFile = join(store.out, "cost.json");
    const measured = { kind: "measure", trialId, steps: 5, seconds: 1, resultFile } as const;
    expect(await work(store, measured).ended).toMatchObject({ code });
    expect(existsSync(resultFile)).toBe(code === 0);
  });
});

test("says what is wrong with its input in a line, and of anything else where it happened", async () => {
  const trial = trialOf(misbehaving.wrongInput);
  const input = await work(trial.store, { kind: "train", trialId: trial.trialId }).ended;
  expect(input.stderr).toBe('E_TARGET: no layer matches "q_porj"\n');
  const other = await start("not json").ended;
  expect(other.code).toBe(1);
  expect(other.stderr).toMatch(/SyntaxError: .*\n\s+at /);
});

test.each(["SIGINT", "SIGTERM", "SIGHUP", "SIGUSR1"] as const)(
  "%s ends it with 75 and without a result",
  async (signal) => {
    const { store, trialId } = trialOf(misbehaving.takesForever);
    const { child, ended } = work(store, { kind: "train", trialId });
    const log = join(store.path("attempts", trialId), "1", "log.jsonl");
    await whileRunning(
      ended,
      until(() => existsSync(log), "the trial runs"),
    );
    child.kill(signal);
    expect(await ended).toMatchObject({ code: 75 });
    expect(store.isDone(trialId)).toBe(false);
  },
);
