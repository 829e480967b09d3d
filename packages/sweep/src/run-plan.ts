import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { InputError } from "@lorank/core";
import type { Results } from "@lorank/core/results";
import { datasetSha256 } from "@lorank/train/data";
import { trialId } from "@lorank/train/spec";
import type { Executor } from "./executor/executor.ts";
import { earlierChoice } from "./measure/measure-trials-per-process.ts";
import type { SweepInputs, SweepPlan } from "./plan/plan.ts";
import { validationLabelsOf } from "./plan/validation-labels.ts";
import { collectResults, decideWanted, type Execution, earlierExecution } from "./results/collect.ts";
import { type PublishedAdapter, publishAdapters } from "./results/publish-adapter.ts";
import type { RunOptions } from "./run-options.ts";
import { runStages } from "./stages/run-stages.ts";
import { scoreVerdict } from "./stages/score-verdict.ts";
import { type Disagreement, findDisagreements } from "./store/commit-result.ts";
import { keepData } from "./store/keep-data.ts";
import { takeLease } from "./store/lease.ts";
import { SweepStore } from "./store/store.ts";
import { reconcileSweepFile } from "./store/sweep-file.ts";
import { removeTemporaryFiles } from "./store/tidy.ts";
import { jobPlace } from "./worker/job.ts";

/** Where the results of a sweep go, and in which form. */
export interface ResultsFolder {
  /** Results folder. Created, or resumed where a sweep was. */
  readonly out: string;
  /** Add the plan's ranks and seeds to a sweep that is already there, instead of refusing (default false). */
  readonly extend?: boolean;
  /** Hand out the adapters in the portable form instead of as trained (default false). Not for DoRA, which has none. */
  readonly portable?: boolean;
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
export async function runPlan(
  inputs: SweepInputs,
  { out, extend = false, portable = false }: ResultsFolder,
  run: RunOptions,
): Promise<SweepOutcome> {
  assertInputs(inputs, portable, run);
  const folder = resolve(out);
  const lease = takeLease(folder);
  let executor: Executor | undefined;
  try {
    removeTemporaryFiles(folder);
    const labels = await validationLabelsOf(inputs.plan.config.task, inputs.dataset, run.trialModule);
    const plan = withLabels(reconcileSweepFile(folder, inputs.plan, extend), labels);
    const store = new SweepStore(folder);
    const { datasetFile, testFile } = keepData(store, { ...inputs, plan });
    const place = jobPlace(store.out, { modelPath: inputs.modelPath, datasetFile }, run);
    executor = await run.executor(place, run);
    const stages = await runStages(store, plan, executor, run);
    const { wanted, finished } = stages;
    const decided = stages.complete ? decideWanted(store, plan, wanted) : undefined;
    const { test } = plan.data;
    const testFound = test && testFile ? { file: testFile, sha256: test.sha256 } : undefined;
    const last = decided ? await scoreVerdict(store, decided, testFound, executor, run) : stages;
    const { complete, failed, interrupted } = last;
    const packChoice = run.trialsPerProcess === "auto" ? earlierChoice(store) : undefined;
    const execution: Execution = {
      threadsPerTrial: run.threads,
      trialsAtOnce: run.trialsAtOnce,
      ...(packChoice ? { packChoice } : {}),
    };
    // Who only looks again with other options must not change what the trials ran under.
    const kept = stages.ran === 0 ? earlierExecution(store) : undefined;
    const results = complete && decided ? collectResults(store, plan, decided, kept ?? execution) : null;
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
    await executor?.close?.();
    lease.release();
  }
}

/** In the results alone: `sweep.json` names the dataset, which has them. */
function withLabels(plan: SweepPlan, validationLabels: readonly number[] | undefined): SweepPlan {
  return validationLabels === undefined ? plan : { ...plan, data: { ...plan.data, validationLabels } };
}

function assertInputs(
  { plan, modelPath, dataset, testExamples }: SweepInputs,
  portable: boolean,
  { trialsPerProcess }: RunOptions,
): void {
  const problems: string[] = [];
  const isGguf = /\.gguf$/i.test(modelPath) && existsSync(modelPath);
  if (!isGguf && !existsSync(join(modelPath, "config.json")))
    problems.push(`modelPath must be a folder with a config.json or a .gguf file, got ${modelPath}`);
  const { data, test, lora } = plan.config;
  if (portable && lora.dora === true)
    problems.push("portable must be false with DoRA, whose magnitudes have no such form, got true");
  if (trialsPerProcess !== "auto" && trialsPerProcess > 1 && lora.dora === true)
    problems.push(
      `trialsPerProcess must be 1 with DoRA, whose magnitudes cannot share a base, got ${trialsPerProcess}`,
    );
  if (test !== undefined && testExamples === undefined)
    problems.push("testExamples must be given where the plan has test examples, got none");
  if (problems.length > 0) throw new InputError("E_SWEEP_OPTIONS", problems.join("\n"));
  assertHash("dataset", dataset, data.sha256);
  if (test !== undefined) assertHash("testExamples", testExamples!, test.sha256);
}

function assertHash(field: string, bytes: Uint8Array, named: string): void {
  const sha256 = datasetSha256(bytes);
  if (sha256 === named) return;
  throw new InputError(
    "E_DATA_HASH",
    `${field} must have the SHA-256 that the plan names (${named}), got ${sha256}`,
  );
}
