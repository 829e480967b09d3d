import { mkdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { trialId } from "@lorank/train/spec";
import { describe, expect, test } from "vitest";
import { requestCancel } from "../../src/executor/cancel.ts";
import { type SweepStatus, sweepStatus } from "../../src/folder.ts";
import type { SweepConfig } from "../../src/index.ts";
import { methodOf } from "../../src/methods/methods.ts";
import { collectResults, decideRequired } from "../../src/results/collect.ts";
import { estimateTime } from "../../src/status/sweep-status.ts";
import type { TrialState, TrialStatus } from "../../src/status/trial-states.ts";
import { AttemptLog } from "../../src/store/attempt-log.ts";
import { takeLease } from "../../src/store/lease.ts";
import { reconcileSweepFile } from "../../src/store/reconcile.ts";
import { SweepStore } from "../../src/store/store.ts";
import { examplePlan, temporaryFolder } from "../helpers/example.ts";
import { misbehaving } from "../helpers/fake-trainer.ts";
import { finishTrials } from "../helpers/finished.ts";

describe("sweepStatus", () => {
  /** A folder in which a sweep has begun, and no trial. */
  function begun(changes: Partial<SweepConfig> = {}) {
    const out = temporaryFolder();
    const plan = examplePlan(changes);
    reconcileSweepFile(out, plan, false);
    return { out, plan, store: new SweepStore(out) };
  }

  /** An attempt that runs: `log` writes what it does. */
  function start(store: SweepStore, spec: ReturnType<typeof begun>["plan"]["specs"][number]) {
    const attempt = store.claimAttempt(store.addSpec(spec));
    const log = new AttemptLog(attempt.folder, { threads: 1, device: "cpu" });
    return { ...attempt, log, file: join(attempt.folder, "log.jsonl") };
  }

  function silentFor(file: string, seconds: number): void {
    const then = Date.now() / 1000 - seconds;
    utimesSync(file, then, then);
  }

  const states = ({ trials }: SweepStatus) => trials.map(({ name, state }) => `${name} ${state}`);
  const named = ({ trials }: SweepStatus, name: string) => trials.find((trial) => trial.name === name);

  test("says of each rank and seed how it is, and what all of it comes to", async () => {
    const { out, plan, store } = begun({ ranks: [2, 8], seeds: [0, 1, misbehaving.diverges] });
    await finishTrials(store, [plan.specs[0]!, plan.specs[5]!]);
    const running = start(store, plan.specs[1]!);
    running.log.event({ kind: "step", step: 3, steps: 5, loss: 0.25, learningRate: 1 });
    start(store, plan.specs[2]!).log.end({ kind: "ended", reason: "no layer matches" });
    start(store, plan.specs[3]!).log.end({ kind: "ended", reason: "interrupted", interrupted: true });

    const status = sweepStatus(out);
    expect(states(status)).toEqual([
      "r2-s0 done",
      "r8-s0 running",
      "r2-s1 failed",
      "r8-s1 waiting",
      "r2-s905 waiting",
      "r8-s905 done",
    ]);
    const { evaluation, measured } = store.readResult(trialId(plan.specs[0]!));
    expect(named(status, "r2-s0")).toMatchObject({
      status: "completed",
      accuracy: evaluation!.accuracy,
      logLoss: evaluation!.logLoss,
      seconds: measured.seconds.total,
    });
    expect(named(status, "r8-s905")).toMatchObject({ status: "diverged" });
    expect(named(status, "r8-s0")).toMatchObject({
      attempt: 1,
      device: "cpu",
      step: 3,
      steps: 5,
      loss: 0.25,
      secondsLeft: expect.any(Number),
    });
    expect(named(status, "r2-s1")).toMatchObject({ attempt: 1, reason: "no layer matches" });
    expect(named(status, "r8-s1")).toMatchObject({ attempts: 1 });
    expect(status).toMatchObject({ ranks: [2, 8], metric: "accuracy", done: 2, total: 6, isComplete: false });
    expect(status.secondsLeft).toBeGreaterThan(0);
  });

  test("a process on this machine is lost when it is gone, and only then", () => {
    const { out, plan, store } = begun();
    const busy = start(store, plan.specs[0]!);
    silentFor(busy.file, 300);
    const gone = start(store, plan.specs[1]!);
    const started = { kind: "started", host: (named(sweepStatus(out), "r2-s0") as { host: string }).host };
    writeFileSync(
      gone.file,
      `${JSON.stringify({ ...started, time: new Date().toISOString(), pid: 4_194_305 })}\n`,
    );
    const status = sweepStatus(out);
    expect(states(status).slice(0, 2)).toEqual(["r2-s0 running", "r4-s0 lost"]);
    expect(named(status, "r4-s0")).toMatchObject({ isGone: true, secondsSilent: expect.any(Number) });
  });

  test("a process elsewhere is lost when it has been silent for a minute", () => {
    const { out, plan, store } = begun();
    const line = {
      kind: "started",
      time: new Date().toISOString(),
      host: "elsewhere",
      pid: process.pid,
      where: "70_4",
    };
    const files = plan.specs.slice(0, 2).map((spec) => {
      const { file } = start(store, spec);
      writeFileSync(file, `${JSON.stringify(line)}\n`);
      return file;
    });
    silentFor(files[0]!, 55);
    silentFor(files[1]!, 65);
    const status = sweepStatus(out);
    expect(states(status).slice(0, 2)).toEqual(["r2-s0 running", "r4-s0 lost"]);
    expect(named(status, "r2-s0")).toMatchObject({ host: "elsewhere", where: "70_4" });
    expect(named(status, "r4-s0")).toMatchObject({ isGone: false });
  });

  test("an attempt that has said nothing yet is young or lost", () => {
    const { out, plan, store } = begun();
    const [young, old] = plan.specs.map((spec) => store.claimAttempt(store.addSpec(spec)));
    silentFor(old!.folder, 90);
    expect(young!.number).toBe(1);
    expect(states(sweepStatus(out)).slice(0, 2)).toEqual(["r2-s0 running", "r4-s0 lost"]);
  });

  test("a result that was deleted, and a trial that was cancelled, say so", async () => {
    const { out, plan, store } = begun();
    const again = start(store, plan.specs[0]!);
    again.log.end({ kind: "committed", place: "first", status: "completed" });
    requestCancel(out, [trialId(plan.specs[1]!)]);
    expect(states(sweepStatus(out))).toEqual([
      "r2-s0 waiting",
      "r4-s0 cancelled",
      "r2-s1 waiting",
      "r4-s1 waiting",
    ]);
  });

  test("names the trials of a robustness check by what differs, before and after they are asked for", async () => {
    const { out, plan, store } = begun({ robustness: true });
    const before = sweepStatus(out);
    expect(states(before).slice(4)).toEqual([
      "r4-s0-rslora waiting",
      ...["r2-s0-lr0.000333", "r4-s0-lr0.000333", "r2-s0-lr0.003", "r4-s0-lr0.003"].map(
        (name) => `${name} waiting`,
      ),
    ]);
    expect(before.total).toBe(9);
    await finishTrials(store, plan.specs);
    expect(states(sweepStatus(out)).slice(4)).toEqual(states(before).slice(4));
  });

  test("what a race may get by without is not waited for", async () => {
    const { out, plan, store } = begun({ method: "race", ranks: [2, 4], seeds: [0, 1, 2, 3, 4] });
    const status = sweepStatus(out);
    const waiting = status.trials.filter(({ state }) => state === "waiting");
    expect(waiting.map(({ seed }) => seed)).toEqual([0, 0, 1, 1, 2, 2]);
    expect(status.trials.filter(({ state }) => state === "not-asked")).toHaveLength(4);
    expect(status.total).toBe(10);
    await finishTrials(store, plan.specs.slice(0, 6));
    expect(sweepStatus(out).done).toBe(6);
  });

  test("is complete when the verdict is there and nobody works on it", async () => {
    const { out, plan, store } = begun();
    await finishTrials(store, plan.specs);
    expect(sweepStatus(out)).toMatchObject({ done: 4, isComplete: false });
    const wanted = methodOf(plan).required(store);
    collectResults(store, plan, decideRequired(store, plan, wanted), { trialsAtOnce: 1 });
    const lease = takeLease(out);
    const { driver, ...working } = sweepStatus(out);
    expect(driver).toMatchObject({ pid: process.pid });
    expect(working.isComplete).toBe(false);
    lease.release();
    expect(sweepStatus(out)).toMatchObject({ isComplete: true });
    expect(sweepStatus(out).driver).toBeUndefined();
  });

  test("with what was done at an earlier look, reads only what is new", async () => {
    const { out, plan, store } = begun();
    const [first] = await finishTrials(store, plan.specs.slice(0, 2));
    const known = new Map();
    const before = sweepStatus(out, Date.now(), known);
    writeFileSync(store.resultPath(first!), "no JSON");
    expect(sweepStatus(out, Date.now(), known).trials).toEqual(before.trials);
    expect(() => sweepStatus(out)).toThrow("must be JSON");
  });

  test("a sweep that searches has no trials yet; what is no sweep is refused, and left as it is", () => {
    const out = temporaryFolder();
    expect(() => sweepStatus(out)).toThrow(expect.objectContaining({ code: "E_NO_SWEEP" }));
    expect(() => sweepStatus(join(out, "missing"))).toThrow(expect.objectContaining({ code: "E_NO_SWEEP" }));
    rmSync(out, { recursive: true });
    mkdirSync(join(out, "search"), { recursive: true });
    expect(sweepStatus(out)).toMatchObject({ isSearching: true, trials: [], total: 0 });
  });
});

describe("estimateTime", () => {
  /** Trials of these ranks, each under the id that its place gives. */
  function trials(...states: readonly (readonly [rank: number, state: TrialState])[]): TrialStatus[] {
    return states.map(([rank, state], seed) => ({
      ...state,
      trialId: String(seed),
      name: `r${rank}-s${seed}`,
      rank,
      seed,
    }));
  }

  const done = (seconds: number): TrialState => ({ state: "done", status: "completed", seconds });
  const running = (seconds: number, steps = {}): TrialState => ({
    state: "running",
    attempt: 1,
    seconds,
    ...steps,
  });
  const waiting: TrialState = { state: "waiting", attempts: 0 };
  const failed: TrialState = { state: "failed", attempt: 3, reason: "" };
  const lost: TrialState = { state: "lost", attempt: 1, isGone: true, secondsSilent: 90, seconds: 100 };

  const left = (all: readonly TrialStatus[]) =>
    all.map((trial) => "secondsLeft" in trial && trial.secondsLeft);

  test("a running trial takes as long as its rank took, and what is to be run starts where one ends", () => {
    const all = trials([2, done(100)], [8, done(200)], [2, running(30)], [8, running(50)], [8, waiting]);
    const estimated = estimateTime(all);
    expect(left(estimated.trials)).toEqual([false, false, 70, 150, false]);
    expect(estimated.secondsLeft).toBe(70 + 200);
  });

  test("trials that failed or were lost are run again, others that are not running are not", () => {
    const known = trials([2, done(100)], [2, running(30)]);
    const more = (state: TrialState) => estimateTime([...known, ...trials([2, state])]).secondsLeft;
    expect([waiting, failed, lost].map(more)).toEqual([170, 170, 170]);
    expect([done(100), { state: "cancelled" } as const, { state: "not-asked" } as const].map(more)).toEqual([
      70, 70, 70,
    ]);
  });

  test("before any is done, the share of the steps tells", () => {
    const step = { step: 10, steps: 40, loss: 0.5 };
    expect(estimateTime(trials([2, running(30, step)], [4, waiting])).secondsLeft).toBe(90 + 120);
    const { trials: same, ...nothing } = estimateTime(trials([2, running(30, { step: 10, loss: 0.5 })]));
    expect(left(same)).toEqual([false]);
    expect(nothing).toEqual({});
  });

  test("where none runs there is no time, and trials are as they were", () => {
    const all = trials([2, done(100)], [2, waiting], [2, lost]);
    expect(estimateTime(all)).toEqual({ trials: all });
  });
});
