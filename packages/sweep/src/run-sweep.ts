import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { makeFolder } from "@lorank/checkpoint";
import { InputError, type PackChoice, type Results } from "@lorank/core";
import { earlierChoice } from "./measure/measure-packs.ts";
import type { SweepPlan } from "./plan/plan.ts";
import { sha256Hex, trialId } from "./plan/trial-id.ts";
import type { SweepEvent } from "./progress/events.ts";
import { SweepTeller } from "./progress/sweep-teller.ts";
import {
  collectResults,
  type Decided,
  decideWanted,
  type Execution,
  earlierExecution,
} from "./results/collect.ts";
import { type PublishedAdapter, publishAdapters, writeIfDifferent } from "./results/publish-adapter.ts";
import { resourcesFor, runStages, type StageOptions, type StageOutcome } from "./stages/run-stages.ts";
import { scoreOnTest, trialsToScore } from "./stages/test-score.ts";
import { type Disagreement, findDisagreements } from "./store/commit-result.ts";
import { takeLease } from "./store/lease.ts";
import { SweepStore } from "./store/store.ts";
import { reconcileSweepFile } from "./store/sweep-file.ts";
import { removeTemporaryFiles } from "./store/tidy.ts";
import type { TrialJob } from "./trial-job.ts";

export interface RunSweepOptions {
  /** Results folder. Created, or resumed where a sweep was. */
  readonly out: string;
  /** The base model: a folder with config.json, and the weights unless the base is random; or a `.gguf` file. */
  readonly modelFolder: string;
  /** The tokenised dataset that the plan's `data.sha256` names. Kept in `out`, where trials read it. */
  readonly dataset: Uint8Array;
  /** The tokenised test examples that the plan's `test.sha256` names, where it names some. Kept likewise. */
  readonly testExamples?: Uint8Array;
  /** Processes side by side (default 1). */
  readonly trialsAtOnce?: number;
  /**
   * Trials that share a process and its base (default 1: each has its own). Their results are those that they have alone
   * to float32 rounding, not to the byte. Not for DoRA. `auto` measures a few steps where trials run one after the other on
   * another device than the CPU, and packs where that is clearly faster; the choice is kept in `pack.json`.
   */
  readonly pack?: number | "auto";
  /** Told what `auto` measured and chose, or had chosen before; not called where there is nothing to measure. */
  readonly onPackChoice?: (choice: PackChoice) => void;
  /** Threads of each process (default 1). */
  readonly threads?: number;
  /** What every trial runs on (default "cpu"). It is not tested here: the caller has, with `openDevice` of @lorank/graph. */
  readonly device?: NonNullable<TrialJob["device"]>;
  /** Starts of one trial in this run before it counts as failed (default 3). */
  readonly maxAttempts?: number;
  /** Add the plan's ranks and seeds to a sweep that is already there, instead of refusing (default false). */
  readonly extend?: boolean;
  /** Hand out the adapters in the portable form instead of as trained (default false). Not for DoRA, which has none. */
  readonly portable?: boolean;
  /** Stops the sweep so that it can be resumed: nothing new starts, running trials are asked to end. */
  readonly signal?: AbortSignal;
  /** Kills the running trials, for a second Ctrl-C. Nothing done is lost by it either. */
  readonly killSignal?: AbortSignal;
  /** Absolute path of a module that exports another `runTrial` (default: `@lorank/train`'s). */
  readonly trialModule?: string;
  readonly onEvent?: (event: SweepEvent) => void;
}

export interface SweepOutcome {
  /** Null unless every trial that the method wants has a result; a diverged trial has one. */
  readonly results: Results | null;
  /** One for each rank with a completed trial; empty while `results` is null. */
  readonly adapters: readonly PublishedAdapter[];
  /**
   * Ids of trials that failed `maxAttempts` times, or whose adapters could not be evaluated so often. Running the sweep
   * again tries them again.
   */
  readonly failed: readonly string[];
  /** True when a signal stopped the sweep before its end. */
  readonly interrupted: boolean;
  /** Trials that this run brought to a result; 0 when everything was done before. */
  readonly finishedNow: number;
  /** Trials whose attempts came to different results. Empty where the same spec gives the same bytes, as it must. */
  readonly disagreements: readonly Disagreement[];
}

/**
 * Runs what is missing of a sweep, as its method has it, and collects the results.
 *
 * The results folder is the only state, so running, resuming and running again are the same call: it starts exactly
 * the trials without a result, and with none missing it changes nothing. It may be killed at any moment: until there is
 * a `sweep.json`, the folder holds nothing else but the lease, a search and temporary files ({@link foreignNames}).
 *
 * @throws InputError `E_SWEEP_OPTIONS`, `E_DATA_HASH`, `E_SWEEP_CHANGED` (the folder holds another sweep),
 *   and as {@link takeLease}; then the folder is as it was.
 */
export async function runSweep(plan: SweepPlan, options: RunSweepOptions): Promise<SweepOutcome> {
  const { trialsAtOnce = 1, threads = 1, maxAttempts = 3, extend = false, portable = false } = options;
  assertOptions(plan, options);
  const out = resolve(options.out);
  const lease = takeLease(out);
  try {
    removeTemporaryFiles(out);
    const whole = reconcileSweepFile(out, plan, extend);
    const store = new SweepStore(out);
    const run = { ...options, ...keepData(store, plan, options), trialsAtOnce, threads, maxAttempts };
    const stages = await runStages(store, whole, run);
    const { wanted, finished } = stages;
    const decided = stages.complete ? decideWanted(store, whole, wanted) : undefined;
    const last = decided ? await scoreVerdict(store, whole, decided, run) : stages;
    const { complete, failed, interrupted } = last;
    const packChoice = options.pack === "auto" ? earlierChoice(store) : undefined;
    const execution: Execution = {
      threadsPerTrial: threads,
      trialsAtOnce,
      ...(packChoice ? { packChoice } : {}),
    };
    // Who only looks again with other options must not change what the trials ran under.
    const kept = stages.ran === 0 ? earlierExecution(store) : undefined;
    const results = complete && decided ? collectResults(store, whole, decided, kept ?? execution) : null;
    const ids = wanted.trials.map(trialId);
    return {
      results,
      adapters: results === null ? [] : publishAdapters(store, results.trials, { portable }),
      failed,
      interrupted,
      finishedNow: finished.length,
      disagreements: ids.filter((id) => store.isDone(id)).flatMap((id) => findDisagreements(store, id)),
    };
  } finally {
    lease.release();
  }
}

/** Tokenised texts in the results folder. */
type KeptData = Pick<StageOptions, "datasetFile"> & { readonly testFile?: string };

/** Writes the tokenised texts to `data/<sha256>.json`, unless they are there. */
function keepData(
  store: SweepStore,
  { config }: SweepPlan,
  { dataset, testExamples }: RunSweepOptions,
): KeptData {
  makeFolder(store.path("data"));
  const keep = (sha256: string, bytes: Uint8Array) => {
    const file = store.path("data", `${sha256}.json`);
    writeIfDifferent(file, bytes);
    return file;
  };
  return {
    datasetFile: keep(config.data.sha256, dataset),
    ...(config.test && testExamples ? { testFile: keep(config.test.sha256, testExamples) } : {}),
  };
}

/** Scores the rank that the decision names on the test examples, where the plan has some. */
async function scoreVerdict(
  store: SweepStore,
  plan: SweepPlan,
  { decision, trials }: Decided,
  options: StageOptions & KeptData,
): Promise<Pick<StageOutcome, "complete" | "failed" | "interrupted">> {
  const { testFile, trialsAtOnce, maxAttempts, signal, killSignal } = options;
  const { test } = plan.data;
  if (test === undefined || testFile === undefined) return { complete: true, failed: [], interrupted: false };
  const scored = trialsToScore(decision, trials);
  const specs = trials.map(({ spec }) => spec);
  const teller = new SweepTeller(store, specs, trialsAtOnce, options.onEvent);
  const unfit = await scoreOnTest(store, scored, {
    test: { file: testFile, sha256: test.sha256 },
    resources: resourcesFor(options),
    trialsAtOnce,
    maxAttempts,
    signal,
    killSignal,
    onDone: (run) => teller.scored(run),
  });
  for (const one of unfit) teller.evaluationFailed(one);
  const left = scored.filter(({ trialId }) => !store.hasTestRun(test.sha256, trialId));
  const failed = unfit.map(({ trialId }) => trialId);
  return { complete: left.length === 0, failed, interrupted: left.length > failed.length };
}

function assertOptions(plan: SweepPlan, options: RunSweepOptions): void {
  const problems: string[] = [];
  for (const field of ["trialsAtOnce", "pack", "threads", "maxAttempts"] as const) {
    const value = options[field] ?? 1;
    if (value === "auto") continue;
    if (!Number.isSafeInteger(value) || value < 1)
      problems.push(`${field} must be a positive integer, got ${value}`);
  }
  const { modelFolder } = options;
  const isGguf = /\.gguf$/i.test(modelFolder) && existsSync(modelFolder);
  if (!isGguf && !existsSync(join(modelFolder, "config.json")))
    problems.push(`modelFolder must be a folder with a config.json or a .gguf file, got ${modelFolder}`);
  if (options.portable === true && plan.config.lora.dora === true)
    problems.push("portable must be false with DoRA, whose magnitudes have no such form, got true");
  if (options.pack !== "auto" && (options.pack ?? 1) > 1 && plan.config.lora.dora === true)
    problems.push(`pack must be 1 with DoRA, whose magnitudes cannot be packed, got ${options.pack}`);
  const { dataset, testExamples } = options;
  const { data, test } = plan.config;
  if (test !== undefined && testExamples === undefined)
    problems.push("testExamples must be given where the plan has test examples, got none");
  if (problems.length > 0) throw new InputError("E_SWEEP_OPTIONS", problems.join("\n"));
  assertHash("dataset", dataset, data.sha256);
  if (test !== undefined) assertHash("testExamples", testExamples!, test.sha256);
}

function assertHash(field: string, bytes: Uint8Array, named: string): void {
  const sha256 = sha256Hex(bytes);
  if (sha256 === named) return;
  throw new InputError(
    "E_DATA_HASH",
    `${field} must have the SHA-256 that the plan names (${named}), got ${sha256}`,
  );
}
