import { existsSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { sha256Hex } from "@lorank/checkpoint/sha256";
import { InputError, kindOf } from "@lorank/core";
import type { MetricName, SpecMembers } from "@lorank/evidence/schema";
import type { TestExamplesFile, TrialCost, TrialResources } from "@lorank/train";
import { baseLossesIn, stepsOf } from "@lorank/train/names";
import { trialEnvironment } from "../child-environment.ts";
import { sweepDefaults } from "../defaults.ts";
import type { JobPlace } from "../plan/job.ts";
import type { SweepInputs } from "../plan/plan.ts";
import { reconcileSweepFile } from "../store/reconcile.ts";
import { SweepStore } from "../store/store.ts";
import { readSweepFile } from "../store/sweep-file.ts";
import { dataOfResults, judgePath, keepData, keepExamples } from "./engine-data.ts";
import { resumeFolder, takeOver } from "./take-over.ts";
import { engineSpec, type PlaceOptions, type Trainer, type TrialAt, timeOfTrial } from "./trainer.ts";

export interface EnginePlace extends JobPlace {
  readonly resources: TrialResources;
}

export const engineTrainer: Trainer<SweepInputs, EnginePlace> = {
  ownMembers: ["dataset", "resources"],
  assertInputs,
  async open(inputs, { out, extend, settings }, run) {
    const { modelPath, dataset } = inputs;
    const ofResults = await dataOfResults(inputs.plan.config, dataset, modelPath);
    const saved = reconcileSweepFile(out, inputs.plan, extend, settings);
    // Labels and questions are for the results alone: `sweep.json` names the dataset, which has them.
    const plan = { ...saved, data: { ...saved.data, ...ofResults } };
    const store = new SweepStore(out);
    const { datasetFile, testFile } = keepData(store, { ...inputs, plan }, run.reporter);
    const { test } = plan.data;
    return {
      plan,
      place: placeWith({ out: store.out, modelPath, datasetFile }, run),
      store,
      test: test && testFile ? { file: testFile, sha256: test.sha256 } : undefined,
      execution: { threadsPerTrial: run.threads },
    };
  },
  placeIn(out, { modelPath, dataset }, run) {
    const datasetFile = join(out, `data-${sha256Hex(dataset)}.json`);
    return placeWith({ out, modelPath, datasetFile: keepExamples(datasetFile, dataset, run.reporter) }, run);
  },
  placeOn(own, { out, spec, datasetFile, checkpointEvery = own.checkpointEvery }) {
    const { data }: SpecMembers = spec;
    if (data === undefined) throw new Error("this worker has a model, and the job is of another trainer");
    const resources = { ...own.resources, datasetFile: datasetFile(data.sha256) };
    return { ...own, out, resources, checkpointEvery };
  },
  processes: ({ resources: { threads, device = "cpu" } }) => ({
    threads,
    device,
    graceMs: 0,
    environment: trialEnvironment,
    knownDigests: () => [],
  }),
  async train({ place, store, spec, attempt, report }, signal) {
    const before = store.attempts(attempt.trialId).filter(({ number }) => number < attempt.number);
    // Without a checkpoint there is nothing to take over.
    if (before.some(({ folder }) => existsSync(resumeFolder(folder)))) await takeOver(store, attempt);
    const { checkpointEvery: every = sweepDefaults.checkpointEvery } = place;
    const checkpoints = { folder: resumeFolder(attempt.folder), every };
    const { runTrial } = await import("@lorank/train");
    const control = { checkpoints, signal, baseLosses: () => baseLossesOf(store) };
    return runTrial(engineSpec(spec), withOwn({ place, store, spec }), report, control);
  },
  forgetUnfinished(store, trialId) {
    for (const { folder } of store.attempts(trialId))
      rmSync(resumeFolder(folder), { recursive: true, force: true });
  },
  async evaluate(trial, adapters, test) {
    const { evaluateAdapters } = await import("@lorank/train");
    const examples = test as TestExamplesFile | undefined;
    return evaluateAdapters(engineSpec(trial.spec), adapters, withOwn(trial), examples);
  },
  costs: {
    // Few steps and batches suffice: token counts scale their times.
    steps: 6,
    async measure({ place, spec }, { steps, seconds }, onEvent) {
      const { measureTrial } = await import("@lorank/train");
      return measureTrial(engineSpec(spec), place.resources, { count: steps, seconds, onEvent });
    },
    time(spec, found, seconds) {
      const cost = found as TrialCost;
      // Time that node, onnxruntime and this program take to start.
      const startSeconds = Math.max(0, seconds - cost.measureSeconds);
      const { secondsPerStep, evaluateSeconds } = cost;
      const openSeconds = startSeconds + cost.openSeconds;
      const { optimizer, data } = engineSpec(spec);
      const steps = stepsOf(optimizer, data.trainExamples);
      return timeOfTrial({ openSeconds, evaluateSeconds, secondsPerStep, steps }, spec);
    },
  },
};

function placeWith(
  { out, ...files }: { readonly out: string; readonly modelPath: string; readonly datasetFile: string },
  { checkpointEvery, threads, device, recompute }: PlaceOptions,
): EnginePlace {
  const [modelPath, datasetFile] = [resolve(files.modelPath), resolve(files.datasetFile)];
  return { out, resources: { modelPath, datasetFile, threads, device, recompute }, checkpointEvery };
}

/** Log losses on the retained texts of the sweep's untouched base, which is evaluated before the trials. */
function baseLossesOf(store: SweepStore): readonly number[] | undefined {
  return baseLossesIn(store.anyBase()?.secondary);
}

/** Verdict's metric by the results folder, which every machine sees; undefined for a search's folder. */
function metricIn(store: SweepStore): MetricName | undefined {
  return existsSync(store.path("sweep.json")) ? readSweepFile(store.out).metric : undefined;
}

/**
 * Trial resources with the sweep's metric and judge file, by the results folder. Throws E_JUDGE where the judge is absent
 * or changed.
 */
function withOwn({ place, store, spec }: TrialAt<EnginePlace>): TrialResources {
  const resources = { ...place.resources, metric: metricIn(store) };
  const { answers } = engineSpec(spec);
  if (answers?.sha256 === undefined) return resources;
  const judgeFile = judgePath(store, answers);
  const found = existsSync(judgeFile) ? sha256Hex(readFileSync(judgeFile)) : "no file";
  if (found === answers.sha256) return { ...resources, judgeFile };
  const rule = `${judgeFile} must be the judge of the trial, with the SHA-256 ${answers.sha256}`;
  throw new InputError("E_JUDGE", `${rule}, got ${found}`);
}

function assertInputs(
  { plan, modelPath, dataset, testExamples, judge }: SweepInputs,
  portable: boolean,
): void {
  const problems: string[] = [];
  const isGguf = /\.gguf$/i.test(modelPath) && existsSync(modelPath);
  if (!isGguf && !existsSync(join(modelPath, "config.json")))
    problems.push(`modelPath must be a folder with a config.json or a .gguf file, got ${modelPath}`);
  const { data, test, lora, answers } = plan.config;
  const rule = portable ? kindOf(lora).portableRule : undefined;
  if (rule !== undefined) problems.push(`portable must be ${rule}, got true`);
  if (test !== undefined && testExamples === undefined)
    problems.push("testExamples must be given where the plan has test examples, got none");
  if (answers?.sha256 !== undefined && judge === undefined)
    problems.push("judge must be the bytes of the file that the plan names, got none");
  if (problems.length > 0) throw new InputError("E_SWEEP_OPTIONS", problems.join("\n"));
  if (answers?.sha256 !== undefined) assertHash("judge", judge!, answers.sha256);
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
