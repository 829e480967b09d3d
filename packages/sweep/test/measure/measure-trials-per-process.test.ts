// Whether trials share a process is measured once, in processes of their own, and never changes what a trial comes to.
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PackChoice, Results } from "@lorank/core/results";
import { describe, expect, test } from "vitest";
import { localExecutor } from "../../src/executor/local-executor.ts";
import { type AskedRunOptions, runOptions } from "../../src/index.ts";
import { measureTrialsPerProcess, type TrialsToShare } from "../../src/measure/measure-trials-per-process.ts";
import { jobPlace } from "../../src/plan/job.ts";
import type { SweepConfig } from "../../src/plan/sweep-config.ts";
import { SweepStore } from "../../src/store/store.ts";
import {
  comparable,
  type ExampleSweep,
  exampleConfig,
  examplePlan,
  fakeTrial,
  runExample,
  temporaryFolder,
  workplace,
} from "../helpers/example.ts";
import { misbehaving } from "../helpers/fake-trial.ts";

/** Measures as a sweep on another device would. */
function measure(store: SweepStore, trials: TrialsToShare, asked: AskedRunOptions = {}) {
  const run = runOptions({ device: "webgpu", trialModule: fakeTrial, ...asked });
  const place = jobPlace(store.out, { modelPath: "", datasetFile: "" }, run);
  return measureTrialsPerProcess(store, trials, localExecutor(place, run), run);
}

function storeOf(changes: Partial<SweepConfig>): {
  store: SweepStore;
  ids: string[];
  ranks: readonly number[];
} {
  const plan = examplePlan(changes);
  const store = new SweepStore(temporaryFolder());
  return { store, ids: plan.specs.map((spec) => store.addSpec(spec)), ranks: plan.config.ranks };
}

describe("measuring trials per process", () => {
  test("times the trial of the middle rank, half as many as there are and all, and keeps the choice", async () => {
    const { store, ...trials } = storeOf({ ranks: [2, 4, 16], seeds: [0, 1] });
    const choice = await measure(store, trials);
    expect(choice).toEqual({
      trials: 6,
      device: "webgpu",
      steps: 5,
      measured: [
        { trials: 1, secondsPerTrialStep: 5, peakResidentBytes: 1004 }, // of the mean rank 7.3, 4 is nearest
        { trials: 3, secondsPerTrialStep: 5 * (0.5 + 0.5 / 3), peakResidentBytes: 3002 },
        { trials: 6, secondsPerTrialStep: 5 * (0.5 + 0.5 / 6), peakResidentBytes: 6002 },
      ],
    });
    // Read again, not measured again: a module that cannot measure is not even asked.
    const broken = { trialModule: "/nonexistent.mjs" };
    expect(await measure(store, { ...trials, ids: trials.ids.slice(2) }, broken)).toEqual(choice);
    const other = await measure(store, trials, { ...broken, device: "cuda" });
    expect(other?.failure).toMatch(/^a trial alone could not be measured: its process exited with code 1/);
    expect(other).toMatchObject({ trials: 1, device: "cuda", measured: [] });
  });

  test("stops at the half where that does not win", async () => {
    const { store, ...trials } = storeOf({ ranks: [2], seeds: [0, 1, 2, 3] });
    const choice = await measure(store, { ...trials, availableBytes: () => 1000 });
    expect(choice?.trials).toBe(1);
    expect(choice?.measured.map(({ trials }) => trials)).toEqual([1, 2]);
  });

  test("what cannot be measured is not chosen", async () => {
    const { store, ...trials } = storeOf({ ranks: [2], seeds: [0, 1, 2, misbehaving.throws] });
    const choice = await measure(store, trials);
    expect(choice).toMatchObject({
      trials: 2,
      failure: expect.stringContaining("4 trials in a process could not be"),
    });
  });

  test("stopped, there is no choice and no record", async () => {
    const { store, ...trials } = storeOf({ ranks: [2], seeds: [misbehaving.takesForever, 1] });
    const abort = new AbortController();
    const measuring = measure(store, trials, { signals: { stop: abort.signal } });
    setTimeout(() => abort.abort(), 300);
    expect(await measuring).toBeUndefined();
    expect(existsSync(store.path("pack.json"))).toBe(false);
  });
});

describe("a sweep with trialsPerProcess: auto", () => {
  const plan = examplePlan({ optimizer: { ...exampleConfig.optimizer, epochs: 50 } });
  const onGpu = { trialsAtOnce: 1, device: "webgpu", trialsPerProcess: "auto" } as const;

  async function run(
    changes: Partial<ExampleSweep> = {},
  ): Promise<{ out: string; told: PackChoice[]; results: Results }> {
    const options = { ...workplace(), ...onGpu, ...changes };
    const told: PackChoice[] = [];
    const outcome = await runExample(plan, {
      ...options,
      onEvent: (event) => event.kind === "trials-per-process-measured" && told.push(event.choice),
    });
    expect(outcome).toMatchObject({ failed: [], finishedNow: 4, disagreements: [] });
    return {
      out: options.out,
      told,
      results: JSON.parse(readFileSync(join(options.out, "results.json"), "utf8")),
    };
  }
  const attemptsPerProcess = (out: string): number => {
    const store = new SweepStore(out);
    const pids = plan.specs.map((spec) => {
      const log = join(store.attempts(store.addSpec(spec))[0]!.folder, "log.jsonl");
      return JSON.parse(readFileSync(log, "utf8").split("\n")[0]!).pid as number;
    });
    return pids.length / new Set(pids).size;
  };

  test("shares where that wins, says so in the results, and comes to the same", async () => {
    const [auto, off] = [await run(), await run({ trialsPerProcess: 1 })];
    expect(auto.told).toHaveLength(1);
    expect(auto.results.sweep.packChoice).toEqual(auto.told[0]);
    expect(attemptsPerProcess(auto.out)).toBe(4);
    expect(attemptsPerProcess(off.out)).toBe(1);
    const { packChoice: _, ...sweep } = auto.results.sweep;
    expect(sweep).toEqual(off.results.sweep);
    const plain = JSON.parse(comparable(auto.out)) as Results;
    expect({ ...plain, sweep }).toEqual(JSON.parse(comparable(off.out)));
  });

  test("does not where it loses, nor on the CPU, which is not measured", async () => {
    const trialModule = join(temporaryFolder(), "slow.mjs");
    const cost = "({ secondsPerTrialStep: specs.length, peakResidentBytes: 1 })";
    writeFileSync(
      trialModule,
      `export * from ${JSON.stringify(fakeTrial)};\nexport const measureSteps = async (specs) => ${cost};\n`,
    );
    const slow = await run({ trialModule });
    expect(slow.results.sweep.packChoice).toMatchObject({
      trials: 1,
      measured: [{ trials: 1 }, { trials: 2 }],
    });
    expect(attemptsPerProcess(slow.out)).toBe(1);
    const cpu = await run({ device: "cpu" });
    expect(cpu.told).toEqual([]);
    expect(cpu.results.sweep).not.toHaveProperty("packChoice");
    expect(existsSync(join(cpu.out, "pack.json"))).toBe(false);
  });

  test("resumed, goes on with the choice it made, and keeps it in the results", async () => {
    const { out, told, results } = await run();
    const store = new SweepStore(out);
    const [first] = results.trials;
    rmSync(store.resultPath(first!.trialId));
    const outcome = await runExample(plan, {
      ...workplace(),
      ...onGpu,
      out,
      onEvent: ({ kind }) => kind === "trials-per-process-measured" && expect.unreachable(),
    });
    expect(outcome).toMatchObject({ finishedNow: 1, disagreements: [] });
    expect(outcome.results?.sweep.packChoice).toEqual(told[0]);
  });
});
