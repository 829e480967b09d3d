import { existsSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@lorank/core";
import { datasetSha256 } from "@lorank/train/data";
import { assertUnchanged } from "../command/trainer-files.ts";
import type { RunOptions } from "../executor/run-options.ts";
import { commandPlace, type JobPlace, jobPlace, type TestToScore } from "../plan/job.ts";
import type { CommandInputs, Plan, SweepInputs, SweepPlan } from "../plan/plan.ts";
import { validationLabelsOf } from "../plan/validation-labels.ts";
import { keepData } from "../store/keep-data.ts";
import type { AskedSettings } from "../store/settings-file.ts";
import { SweepStore } from "../store/store.ts";
import { reconcileSweepFile } from "../store/sweep-file.ts";

/** A sweep in its folder: the plan to run, and where its jobs find what they read. */
export interface OpenSweep {
  readonly plan: Plan;
  readonly place: JobPlace;
  readonly store: SweepStore;
  readonly test: TestToScore | undefined;
}

/** What is to be made of the folder. */
interface FolderRequest {
  readonly extend: boolean;
  readonly settings: AskedSettings | undefined;
}

/**
 * Makes a results folder that is held and the inputs agree, and keeps the data in it.
 *
 * @throws InputError `E_SWEEP_CHANGED` where the folder holds another sweep.
 */
export async function openSweep(
  out: string,
  inputs: SweepInputs | CommandInputs,
  asked: FolderRequest,
  run: RunOptions,
): Promise<OpenSweep> {
  return "dataset" in inputs ? openEngine(out, inputs, asked, run) : openCommand(out, inputs, asked);
}

async function openEngine(
  folder: string,
  inputs: SweepInputs,
  asked: FolderRequest,
  run: RunOptions,
): Promise<OpenSweep> {
  const labels = await validationLabelsOf(inputs.plan.config.task, inputs.dataset, run.trialModule);
  const plan = withLabels(reconcileSweepFile(folder, inputs.plan, asked.extend, asked.settings), labels);
  const store = new SweepStore(folder);
  const { datasetFile, testFile } = keepData(store, { ...inputs, plan }, run.reporter);
  const place = jobPlace(store.out, { modelPath: inputs.modelPath, datasetFile }, run);
  const { test } = plan.data;
  return { plan, place, store, test: test && testFile ? { file: testFile, sha256: test.sha256 } : undefined };
}

function openCommand(out: string, inputs: CommandInputs, { extend, settings }: FolderRequest): OpenSweep {
  const plan = reconcileSweepFile(out, inputs.plan, extend, settings);
  const store = new SweepStore(out);
  return { plan, place: commandPlace(out, inputs), store, test: plan.config.test };
}

/** In the results alone: `sweep.json` names the dataset, which has them. */
function withLabels(plan: SweepPlan, validationLabels: readonly number[] | undefined): SweepPlan {
  return validationLabels === undefined ? plan : { ...plan, data: { ...plan.data, validationLabels } };
}

/** Throws E_SWEEP_OPTIONS, E_DATA_HASH or E_TRAINER_FILE for inputs that do not fit together. */
export function assertInputs(inputs: SweepInputs | CommandInputs, portable: boolean, run: RunOptions): void {
  if ("dataset" in inputs) {
    assertEngineInputs(inputs, portable, run);
    return;
  }
  const { trialsPerProcess } = run;
  const problems = [
    ...(portable ? ["portable must be false for a command's adapters, got true"] : []),
    ...(trialsPerProcess !== "auto" && trialsPerProcess > 1
      ? [`trialsPerProcess must be 1 for a command, which trains one trial, got ${trialsPerProcess}`]
      : []),
  ];
  if (problems.length > 0) throw new InputError("E_SWEEP_OPTIONS", problems.join("\n"));
  assertUnchanged(inputs.plan.config.trainer, inputs.folder);
}

function assertEngineInputs(
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
