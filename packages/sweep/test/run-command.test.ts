import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseResults } from "@lorank/evidence/parse";
import type { TrialResult } from "@lorank/evidence/results";
import { trialId } from "@lorank/train/spec";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { AskedRunOptions, SweepEvent } from "../src/index.ts";
import type { CommandSettings } from "../src/prepare/prepare-command.ts";
import { readAttemptState } from "../src/store/attempt-log.ts";
import { isRunning, type ProcessIdentity } from "../src/store/process-identity.ts";
import { SweepStore } from "../src/store/store.ts";
import { comparable } from "./helpers/example.ts";
import { inProcess } from "./helpers/in-process-executor.ts";
import { outcomes, run, type StandIn, shellSweep, sweepOf } from "./helpers/stand-in-sweep.ts";
import { until } from "./helpers/sweep-process.ts";

const single: Partial<CommandSettings> = { ranks: [4], seeds: [1], epochs: 2 };

/** The messages of what failed while `run` ran. */
async function failures(sweep: StandIn, asked: AskedRunOptions = {}): Promise<string[]> {
  const events: SweepEvent[] = [];
  const outcome = await run(sweep, { ...asked, reporter: { report: (event) => events.push(event) } });
  expect(outcome.results).toBeNull();
  return events.flatMap((event) => (event.kind === "trial-failed" ? [event.message] : []));
}

function goWrong(fault: string, trials?: string): void {
  process.env.STAND_IN_FAULT = fault;
  if (trials !== undefined) process.env.STAND_IN_TRIALS = trials;
}

function goWell(): void {
  for (const name of ["FAULT", "TRIALS", "SECONDS"]) delete process.env[`STAND_IN_${name}`];
}
afterEach(goWell);
afterEach(() => vi.unstubAllEnvs());

describe("a sweep of another trainer's commands", () => {
  test("comes to a verdict and a test score, and running it again changes nothing", async () => {
    const sweep = sweepOf({}, { test: true, name: "stand-in" });
    const outcome = await run(sweep);
    expect(outcome).toMatchObject({ failed: [], finishedNow: 4, disagreements: [] });
    const results = outcome.results!;
    expect(results).toEqual(parseResults(JSON.parse(readFileSync(join(sweep.out, "results.json"), "utf8"))));
    expect(results.decision.rank).toBe(4);
    expect(results.data).toMatchObject({ validationExamples: 200, test: { name: "test", examples: 200 } });
    expect(results.data.validationLabels).toHaveLength(200);
    expect(results).not.toHaveProperty("model");
    expect(results.test!.accuracy).toBeGreaterThan(0.5);
    const [trial] = results.trials;
    expect(trial).toMatchObject({ steps: 150, loraParams: 20, trainableParams: 20 });
    expect(trial!.measured.peakResidentBytes).toBeGreaterThan(1e6);
    expect(outcome.adapters.map(({ rank }) => rank)).toEqual([1, 4]);

    const before = comparable(sweep.out);
    expect(await run(sweep)).toEqual({ ...outcome, finishedNow: 0 });
    expect(comparable(sweep.out)).toBe(before);
  });

  test("runs in processes with nothing of what this engine asks of the allocator", async () => {
    const sweep = shellSweep(`env > "$LORANK_OUT/env.txt"; ${outcomes}`, { ranks: [4], seeds: [1] });
    const { results } = await run(sweep, { executor: undefined });
    const attempt = sweep.store.winningAttempt(results!.trials[0]!.trialId)!;
    const environment = readFileSync(join(attempt.folder, "env.txt"), "utf8");
    expect(environment).not.toMatch(/^(MALLOC_ARENA_MAX|GLIBC_TUNABLES)=/m);
  });

  test("nor do they see the address of the queue's server", async () => {
    vi.stubEnv("LORANK_REDIS", "redis://:s3cret@host");
    const sweep = shellSweep(`env > "$LORANK_OUT/env.txt"; ${outcomes}`, { ranks: [4], seeds: [1] });
    for (const executor of [undefined, inProcess]) {
      rmSync(sweep.out, { recursive: true });
      const { results } = await run(sweep, { executor });
      const attempt = new SweepStore(sweep.out).winningAttempt(results!.trials[0]!.trialId)!;
      const environment = readFileSync(join(attempt.folder, "env.txt"), "utf8");
      expect(environment).toMatch(/^LORANK_RANK=4$/m);
      expect(environment).not.toMatch(/LORANK_REDIS|s3cret/);
    }
  });

  test("a probe cuts its adapters and evaluates them by the trainer's command", async () => {
    const sweep = sweepOf({ method: "probe", ranks: [2, 4], epochs: 3 });
    const { results } = await run(sweep);
    expect(results!.truncations!.length).toBeGreaterThan(0);
    const whole = results!.trials.find(({ spec }) => spec.lora.rank === 4)!;
    const cut = results!.truncations!.find(({ rank, seed }) => rank === 2 && seed === whole.spec.seed)!;
    expect(cut.evaluation.accuracy).toBeLessThan(whole.evaluation!.accuracy);
    expect(cut.evaluation.correct).toHaveLength(200);
    expect(readdirSync(sweep.store.path("attempts")).every((name) => /^[0-9a-f]{64}$/.test(name))).toBe(true);
  });

  test("a race and a check of other learning rates run as they do with this engine", async () => {
    const raced = await run(shellSweep(outcomes, { method: "race", seeds: [1, 2, 3] }));
    expect(raced.results!.sweep.method).toBe("race");
    expect(raced.results!.decision.rank).toBe(4);
    const robust = await run(shellSweep(outcomes, { robustness: true }));
    const rates = robust.results!.otherRates!.map(({ spec }) => spec.optimizer.learningRate);
    expect(new Set(rates).size).toBeGreaterThan(1);
    expect(rates).not.toContain(0.5);
  });

  test("a trial that diverges or runs out of memory has a result and is not tried again", async () => {
    const sweep = shellSweep(`test $LORANK_RANK = 4 && exit $((LORANK_SEED + 2)); ${outcomes}`);
    const { results } = await run(sweep);
    expect(results!.trials.map(({ status }) => status)).toEqual([
      "completed",
      "completed",
      "diverged",
      "out-of-memory",
    ]);
    expect(results!.decision.rank).not.toBe(4);
    for (const { trialId } of results!.trials) expect(sweep.store.attempts(trialId)).toHaveLength(1);
  });
});

describe("what goes wrong is one clear error a trial, which can be run again", () => {
  test.each([
    ["no-outcomes", /outcomes.csv \(or .jsonl\) must be there when the command ends with 0/],
    [
      "duplicate",
      /outcomes.csv has 1 problem:\n {2}line 3: rank 4, seed 1, example "validation-0" must occur once/,
    ],
    [
      "nan",
      /outcomes.csv has 1 problem:\n {2}line 3: logLoss must be a number from 0 to 1000000000 in every row, got "NaN"/,
    ],
  ])("%s", async (fault, message) => {
    const sweep = sweepOf(single);
    goWrong(fault);
    const [failed, ...others] = await failures(sweep);
    expect(others).toEqual([]);
    expect(failed).toMatch(message);
    // What is wrong in a file is wrong again: one attempt.
    expect(sweep.store.attempts(trialId(sweep.inputs.plan.specs[0]!))).toHaveLength(1);
  });

  test("other examples under another seed", async () => {
    const sweep = sweepOf({ ...single, seeds: [1, 2] });
    goWrong("other-examples", "r4-s2");
    expect(await failures(sweep)).toEqual([
      expect.stringMatching(/outcomes.csv, line 2: example must be one of the other runs', got "test-0"/),
    ]);
    goWell();
    expect(await run(sweep)).toMatchObject({ failed: [], finishedNow: 1 });
  });

  test("a crash is tried as often as it may be, and one that saves before it goes on from there", async () => {
    const sweep = sweepOf(single);
    const id = trialId(sweep.inputs.plan.specs[0]!);
    goWrong("crash");
    expect(await failures(sweep, { maxAttempts: 2 })).toEqual([
      expect.stringContaining("failed after 2 attempts: the command exited with code 1"),
    ]);
    expect(sweep.store.attempts(id)).toHaveLength(2);
    goWell();
    await run(sweep);

    const once = sweepOf(single);
    goWrong("crash-once");
    expect(await run(once)).toMatchObject({ failed: [], finishedNow: 1 });
    expect(once.store.winningAttempt(id)!.number).toBe(2);
    expect(comparable(once.out)).toBe(comparable(sweep.out));
  });

  test("a script that was changed is another sweep", async () => {
    const sweep = sweepOf(single);
    writeFileSync(join(sweep.folder, "train.mjs"), "// changed\n", { flag: "a" });
    await expect(run(sweep)).rejects.toMatchObject({ code: "E_TRAINER_FILE" });
    expect(existsSync(join(sweep.out, "sweep.json"))).toBe(false);
  });
});

test("a worker that is killed, and a sweep that is stopped, lose nothing that the command saved", async () => {
  const often = { ...single, epochs: 4, evaluateEvery: 5 };
  const sweep = sweepOf(often);
  const id = trialId(sweep.inputs.plan.specs[0]!);
  const file = (attempt: number, name: string) => sweep.store.path("attempts", id, String(attempt), name);
  const stop = new AbortController();
  process.env.STAND_IN_SECONDS = "20";
  const stopped = run(sweep, { executor: undefined, signals: { stop: stop.signal } });
  await until(() => existsSync(file(1, "resume/state.json")), "the first attempt saves");
  const command = JSON.parse(readFileSync(file(1, "process.json"), "utf8")) as ProcessIdentity;
  process.kill(readAttemptState(file(1, "."))!.start!.pid, "SIGKILL");
  await until(() => existsSync(file(2, "process.json")), "the second attempt runs");
  expect(isRunning(command)).toBe(false);
  await until(() => readAttemptState(file(2, "."))?.step !== undefined, "the second attempt trains");
  stop.abort();
  expect(await stopped).toMatchObject({ interrupted: true, failed: [], results: null });
  expect(readAttemptState(file(2, "."))!.end).toMatchObject({ reason: "interrupted", interrupted: true });
  const saved = JSON.parse(readFileSync(file(2, "resume/state.json"), "utf8")) as { losses: number[] };
  expect(saved.losses.length).toBeGreaterThan(25);

  goWell();
  expect(await run(sweep)).toMatchObject({ interrupted: false, finishedNow: 1 });
  const whole = sweepOf(often);
  const { results } = await run(whole);
  expect(comparable(sweep.out)).toBe(comparable(whole.out));
  const [{ points, steps }] = results!.trials as [TrialResult];
  expect(points!.map(({ step }) => step)).toEqual(Array.from({ length: 19 }, (_, i) => 5 * (i + 1)));
  expect(steps).toBe(100);
  // The third attempt did not evaluate anew what came before its checkpoint.
  const own = readdirSync(file(3, "points")).map(Number);
  expect(Math.min(...own)).toBeGreaterThan(25);
});
