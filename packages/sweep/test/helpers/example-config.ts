import { createHash } from "node:crypto";
import type { SweepConfig } from "../../src/index.ts";

export const datasetText = '{"what":"the fake trial never reads it"}\n';

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
