import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InputError, portableRule } from "@lorank/core";
import type { EngineSpec } from "@lorank/core/results";
import type { TrialCost } from "@lorank/train";
import { datasetSha256 } from "@lorank/train/data";
import { jobPlace } from "../plan/job.ts";
import type { SweepInputs, SweepPlan } from "../plan/plan.ts";
import { validationLabelsOf } from "../plan/validation-labels.ts";
import { keepData } from "../store/keep-data.ts";
import { searchBehind } from "../store/record.ts";
import { SweepStore } from "../store/store.ts";
import { reconcileSweepFile } from "../store/sweep-file.ts";
import type { PlanTrainer, SweepTrainer, TrialTiming } from "./sweep-trainer.ts";
import { engineSpec } from "./whose-spec.ts";

/** This engine with a plan of its trials. */
export function enginePlan(plan: SweepPlan): PlanTrainer {
  return {
    execution: ({ threads }) => ({ threadsPerTrial: threads }),
    subject: () => ({ model: plan.model, data: plan.data }),
    search: (out) => searchBehind(out, plan.config.optimizer),
    timing,
  };
}

/** The same with the model and the data that the trials read. */
export function engineSweep(inputs: SweepInputs): SweepTrainer {
  const { modelPath, dataset } = inputs;
  return {
    ...enginePlan(inputs.plan),
    plan: inputs.plan,
    assertInputs: (portable) => assertInputs(inputs, portable),
    async open(out, { extend, settings }, run) {
      const validationLabels = await validationLabelsOf(inputs.plan.config.task, dataset);
      const saved = reconcileSweepFile(out, inputs.plan, extend, settings);
      // In the results alone: `sweep.json` names the dataset, which has them.
      const plan = validationLabels ? { ...saved, data: { ...saved.data, validationLabels } } : saved;
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

function assertInputs({ plan, modelPath, dataset, testExamples }: SweepInputs, portable: boolean): void {
  const problems: string[] = [];
  const isGguf = /\.gguf$/i.test(modelPath) && existsSync(modelPath);
  if (!isGguf && !existsSync(join(modelPath, "config.json")))
    problems.push(`modelPath must be a folder with a config.json or a .gguf file, got ${modelPath}`);
  const { data, test, lora } = plan.config;
  const rule = portable ? portableRule(lora) : undefined;
  if (rule !== undefined) problems.push(`portable must be ${rule}, got true`);
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

const timing: TrialTiming = {
  /** Steps and evaluation batches. Their tokens are known, so that a few do. */
  steps: 6,
  time(spec, found, seconds) {
    const cost = found as TrialCost;
    // The process itself: node, onnxruntime and this program.
    const startSeconds = Math.max(0, seconds - cost.measureSeconds);
    const { secondsPerStep, evaluateSeconds } = cost;
    const openSeconds = startSeconds + cost.openSeconds;
    return {
      trialSeconds: openSeconds + stepsOf(engineSpec(spec)) * secondsPerStep + evaluateSeconds,
      openSeconds,
      evaluateSeconds,
      secondsPerStep,
    };
  },
};

function stepsOf({ optimizer, data }: EngineSpec): number {
  return Math.ceil((optimizer.epochs * data.trainExamples) / optimizer.batchSize);
}
