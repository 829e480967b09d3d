import type { SweepConfig } from "@lorank/sweep";

const sha256 = "0".repeat(64);

/** A sweep of ranks 4, 8 and 16 under five seeds, as `sweep.json` has it. */
export const sweepConfig: SweepConfig = {
  name: "a model on some texts",
  base: { kind: "pretrained", name: "a model", sha256 },
  data: { name: "some texts", sha256, trainExamples: 100, validationExamples: 50 },
  task: { kind: "classification", labels: ["ham", "spam"] },
  lora: {
    alpha: { kind: "fixed", alpha: 32 },
    scalingRule: "lora",
    dropout: 0,
    targetModules: ["q_proj"],
  },
  optimizer: {
    name: "adamw",
    learningRate: 1e-3,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    weightDecay: 0,
    maxGradientNorm: 1,
    schedule: "constant",
    warmupRatio: 0,
    epochs: 1,
    batchSize: 8,
    microBatchSize: 8,
  },
  ranks: [4, 8, 16],
  seeds: [0, 1, 2, 3, 4],
  metric: "accuracy",
  margin: 0.01,
  confidence: 0.95,
  model: { name: "a model", totalParams: 1000, layers: 2, hiddenSize: 8 },
};
