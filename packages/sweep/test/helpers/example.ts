import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Results, TestSet, TrialResult } from "@lorank/core";
import { canonicalJson, stripMeasured } from "@lorank/core/results";
import { onTestFinished } from "vitest";
import { planSweep, type RunSweepOptions, type SweepConfig, type SweepPlan } from "../../src/index.ts";

export const fakeTrial = fileURLToPath(new URL("./fake-trial.ts", import.meta.url));

const datasetText = '{"what":"the fake trial never reads it"}\n';

const testText = '{"examples":20}\n';

/** What `testExamples` and `testFile` of {@link workplace} hold. */
export const exampleTest: TestSet = {
  name: "held out",
  sha256: createHash("sha256").update(testText).digest("hex"),
  examples: 20,
};

export const exampleConfig: SweepConfig = {
  name: "example",
  base: { kind: "random", name: "tiny", configSha256: "c".repeat(64), seed: 1 },
  data: {
    name: "mails",
    sha256: createHash("sha256").update(datasetText).digest("hex"),
    trainExamples: 40,
    validationExamples: 30,
  },
  task: { kind: "classification", labels: ["ham", "spam"] },
  lora: {
    alpha: { kind: "fixed", alpha: 16 },
    scalingRule: "lora",
    dropout: 0,
    targetModules: ["v_proj", "q_proj"],
  },
  optimizer: {
    name: "adamw",
    learningRate: 1e-3,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    weightDecay: 0,
    maxGradientNorm: 1,
    schedule: "linear",
    warmupRatio: 0.1,
    epochs: 1,
    batchSize: 8,
    microBatchSize: 8,
  },
  ranks: [4, 2],
  seeds: [0, 1],
  metric: "accuracy",
  margin: 0.01,
  confidence: 0.95,
  model: { name: "tiny", totalParams: 1000, layers: 1, hiddenSize: 4 },
};

export function examplePlan(changes: Partial<SweepConfig> = {}): SweepPlan {
  return planSweep({ ...exampleConfig, ...changes });
}

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "lorank-sweep-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A base model, a dataset, test examples and an `out` that is still to be made, in a folder of their own. */
export function workplace(): RunSweepOptions & { trialModule: string; testFile: string } {
  const folder = temporaryFolder();
  const modelFolder = join(folder, "model");
  const testFile = join(folder, "test.json");
  mkdirSync(modelFolder);
  writeFileSync(join(modelFolder, "config.json"), "{}\n");
  writeFileSync(testFile, testText);
  return {
    out: join(folder, "out"),
    modelFolder,
    dataset: Buffer.from(datasetText),
    testExamples: Buffer.from(testText),
    testFile,
    trialsAtOnce: 2,
    threads: 1,
    trialModule: fakeTrial,
  };
}

/** Paths of all files under `folder`, sorted. */
export function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Everything in `results.json` but what was measured, as canonical text. */
export function comparable(out: string): string {
  const results = JSON.parse(readFileSync(join(out, "results.json"), "utf8")) as Results;
  return canonicalJson({
    ...results,
    trials: results.trials.map((trial: TrialResult) => stripMeasured(trial)),
  });
}
