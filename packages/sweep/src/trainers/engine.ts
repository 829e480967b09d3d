import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import type { PeftAdapter } from "@lorank/checkpoint";
import { modelAt } from "@lorank/checkpoint/files";
import { InputError, kindOf } from "@lorank/core";
import type { AnswersSpec, Evaluation, Results, Task, TrialSpec } from "@lorank/evidence/results";
import type { TestExamplesFile, TrialCost, TrialResources } from "@lorank/train";
import type { TokenizedTokensExample } from "@lorank/train/data";
import { trialEnvironment } from "../child-environment.ts";
import { sweepDefaults } from "../defaults.ts";
import type { ProgressReporter } from "../plan/events.ts";
import { type EnginePlace, jobPlace } from "../plan/job.ts";
import type { SweepInputs, SweepPlan } from "../plan/plan.ts";
import { isEqualFile, makeOwnFolder, sha256Of, writeIfDifferent } from "../store/files.ts";
import { SweepStore } from "../store/store.ts";
import { readPlan, reconcileSweepFile } from "../store/sweep-file.ts";
import { resumeFolder, takeOver } from "./take-over.ts";
import { engineSpec, type SweepTrainer, type Trainer, type TrialTiming } from "./trainer.ts";

/** This engine. */
export function engineTrainer(place: EnginePlace, store: SweepStore): Trainer {
  const { resources, checkpointEvery = sweepDefaults.checkpointEvery } = place;
  const { threads, device = "cpu" } = resources;
  return {
    processes: { threads, graceMs: 0, environment: trialEnvironment, knownDigests: () => [] },
    computedOn: () => ({ threads, device }),
    async train({ spec, attempt, report }, signal) {
      const before = store.attempts(attempt.trialId).filter(({ number }) => number < attempt.number);
      // Who has saved nothing needs not be waited for.
      if (before.some(({ folder }) => existsSync(resumeFolder(folder)))) await takeOver(store, attempt);
      const checkpoints = { folder: resumeFolder(attempt.folder), every: checkpointEvery };
      const { runTrial } = await import("@lorank/train");
      return runTrial(engineSpec(spec), withJudge(spec), report, { checkpoints, signal });
    },
    forgetUnfinished(trialId) {
      for (const { folder } of store.attempts(trialId))
        rmSync(resumeFolder(folder), { recursive: true, force: true });
    },
    async evaluate(spec, adapters, test) {
      const { evaluateAdapters } = await import("@lorank/train");
      const examples = test as TestExamplesFile | undefined;
      return evaluateAdapters(engineSpec(spec), adapters, withJudge(spec), examples);
    },
    async measure({ trialId, steps, seconds }, onEvent) {
      const { measureTrial } = await import("@lorank/train");
      const spec = engineSpec(store.readSpec(trialId));
      return measureTrial(spec, resources, { count: steps, seconds, onEvent });
    },
  };

  /** The judge lies in the results folder, which every machine of the sweep has. */
  function withJudge(spec: TrialSpec): TrialResources {
    const { answers } = engineSpec(spec);
    if (answers?.sha256 === undefined) return resources;
    const judgeFile = judgePath(store, answers);
    const found = existsSync(judgeFile) ? sha256Of(readFileSync(judgeFile)) : "no file";
    if (found === answers.sha256) return { ...resources, judgeFile };
    const rule = `${judgeFile} must be the judge of the trial, with the SHA-256 ${answers.sha256}`;
    throw new InputError("E_JUDGE", `${rule}, got ${found}`);
  }
}

function judgePath(store: SweepStore, { metric, sha256 }: AnswersSpec): string {
  return store.path("data", `${sha256}${extname(metric)}`);
}

/** This engine, with the model and the data that the trials read. */
export function engineSweep(inputs: SweepInputs): SweepTrainer {
  const { modelPath, dataset } = inputs;
  return {
    plan: inputs.plan,
    execution: ({ threads }) => ({ threadsPerTrial: threads }),
    timing,
    assertInputs: (portable) => assertInputs(inputs, portable),
    async open(out, { extend, settings }, run) {
      const ofResults = await dataOfResults(inputs.plan.config, dataset, modelPath);
      const saved = reconcileSweepFile(out, inputs.plan, extend, settings);
      // In the results alone: `sweep.json` names the dataset, which has them.
      const plan = { ...saved, data: { ...saved.data, ...ofResults } };
      const store = new SweepStore(out);
      const { datasetFile, testFile } = keepData(store, { ...inputs, plan }, run.reporter);
      const place = jobPlace(store.out, { modelPath, datasetFile }, run);
      const { test } = plan.data;
      return {
        plan,
        place,
        store,
        test: test && testFile ? { file: testFile, sha256: test.sha256 } : undefined,
      };
    },
    place(out, run) {
      const datasetFile = join(out, "data.json");
      writeFileSync(datasetFile, dataset);
      return jobPlace(out, { modelPath, datasetFile }, run);
    },
  };
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
  const sha256 = sha256Of(bytes);
  if (sha256 === named) return;
  throw new InputError(
    "E_DATA_HASH",
    `${field} must have the SHA-256 that the plan names (${named}), got ${sha256}`,
  );
}

const timing: TrialTiming = {
  /** Steps and evaluation batches. Their tokens are known, so that a few do. */
  steps: 6,
  time(spec, found, seconds) {
    const cost = found as TrialCost;
    // The process itself: node, onnxruntime and this program.
    const startSeconds = Math.max(0, seconds - cost.measureSeconds);
    const { secondsPerStep, evaluateSeconds } = cost;
    const openSeconds = startSeconds + cost.openSeconds;
    const { optimizer, data } = engineSpec(spec);
    const steps = Math.ceil((optimizer.epochs * data.trainExamples) / optimizer.batchSize);
    return {
      trialSeconds: openSeconds + steps * secondsPerStep + evaluateSeconds,
      openSeconds,
      evaluateSeconds,
      secondsPerStep,
    };
  },
};

/** Members of the results on validation examples: classes, or prompts and references where trials answer. */
async function dataOfResults(
  { task, answers }: SweepPlan["config"],
  dataset: Uint8Array,
  modelPath: string,
): Promise<Pick<Results["data"], "validationLabels" | "questions">> {
  const validationLabels = await validationLabelsOf(task, dataset);
  if (validationLabels) return { validationLabels };
  if (answers === undefined) return {};
  const { decodeDataset, questionTexts } = await import("@lorank/train/data");
  const { createTokenizer } = await import("@lorank/train/tokenizer");
  const { validation } = decodeDataset(dataset);
  const examples = validation as readonly TokenizedTokensExample[];
  return { questions: questionTexts(examples, createTokenizer(modelAt(modelPath))) };
}

/**
 * Class of each validation example, by which a verdict asks whether the ranks know more than the shares of the classes.
 * Undefined for responses, which have no classes.
 *
 * @throws InputError `E_DATASET` for a dataset that no trial could use.
 */
export async function validationLabelsOf(
  task: Task,
  dataset: Uint8Array,
): Promise<readonly number[] | undefined> {
  if (task.kind !== "classification") return undefined;
  const { decodeDataset } = await import("@lorank/train/data");
  const { validation } = decodeDataset(dataset);
  return validation.flatMap((example) => ("label" in example ? [example.label] : []));
}

/** The tokenised examples of a sweep on disk. */
interface KeptData {
  readonly datasetFile: string;
  /** File of the test examples, where there are some. */
  readonly testFile: string | undefined;
}

/** Writes tokenised examples and a judge to `data/<sha256>`, each part that has a file, unless they are there; over damaged ones too. */
export function keepData(
  store: SweepStore,
  { plan, dataset, testExamples, judge }: Pick<SweepInputs, "plan" | "dataset" | "testExamples" | "judge">,
  reporter: ProgressReporter,
): KeptData {
  const { data, test, answers } = plan.config;
  makeOwnFolder(store.path("data"));
  if (answers && judge) keepExamples(judgePath(store, answers), judge, reporter);
  const keep = (sha256: string, bytes: Uint8Array): string =>
    keepExamples(store.path("data", `${sha256}.json`), bytes, reporter);
  return {
    datasetFile: keep(data.sha256, dataset),
    testFile: test && testExamples && keep(test.sha256, testExamples),
  };
}

/** Writes a file of a sweep's data, whose name has their SHA-256, unless it is there. Returns its path. */
export function keepExamples(file: string, bytes: Uint8Array, reporter: ProgressReporter): string {
  if (existsSync(file) && !isEqualFile(file, bytes))
    reporter.report({ kind: "file-rebuilt", file, damage: "its bytes did not have the SHA-256 of its name" });
  writeIfDifferent(file, bytes);
  return file;
}

/** An evaluation on the examples on which a sweep compares its ranks. */
export interface EvaluationInSweep {
  readonly evaluation: Evaluation;
  /** Names of the examples, in the order of the evaluation. */
  readonly examples: readonly string[];
}

/**
 * Evaluates adapters as the sweep in `out` evaluates its trials: on the examples in its folder, with its base. Precision and
 * metric are in its `config`. Undefined is the base alone, of a sweep that trains no head.
 *
 * @throws InputError `E_SPEC` for a sweep of another trainer, and as `readPlan`. Where it evaluates, `E_DATASET` where the folder
 *   has lost its examples or holds others. `E_BASE` for another base, `E_ADAPTER` for an adapter of another model, `E_JUDGE` for
 *   another judge.
 */
export function sweepEvaluator(out: string) {
  const plan = readPlan(out);
  if (!("data" in plan))
    throw new InputError("E_SPEC", `${out} must hold a sweep of this engine, got one of another trainer`);
  const { config, specs } = plan;
  return {
    config,
    async evaluate(
      adapter: PeftAdapter | undefined,
      machine: Pick<TrialResources, "modelPath" | "threads" | "device">,
    ): Promise<EvaluationInSweep> {
      const store = new SweepStore(out, { readOnly: true });
      const datasetFile = store.path("data", `${config.data.sha256}.json`);
      if (!existsSync(datasetFile)) {
        const advice = "Run the sweep again with the same command: it writes them anew.";
        const rule = `${datasetFile} must hold the sweep's examples, got no file`;
        throw new InputError("E_DATASET", `${rule}\n${advice}`);
      }
      const trainer = engineTrainer({ out, resources: { ...machine, datasetFile } }, store);
      // All trials of a sweep share base, examples and precision.
      const [evaluation] = await trainer.evaluate(specs[0]!, [adapter]);
      const { decodeDataset } = await import("@lorank/train/data");
      const { validation } = decodeDataset(readFileSync(datasetFile));
      return { evaluation: evaluation!, examples: validation.map(({ id }) => id) };
    },
  };
}
