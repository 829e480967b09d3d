/** Training defaults; no imports, since a command's help reads this file. */

/** True for a device that computes on the CPU, whose cores concurrent trials share. */
export function isProcessor(device: string): boolean {
  return device === "cpu" || device === "wasm";
}

/** Defaults of `TrainingSettings` and of `TrainingRun`. */
export const trainDefaults = {
  /** Seed for a training, or a sweep's first. */
  seed: 1,
  alpha: 32,
  scaling: "lora",
  loraPlus: 1,
  dropout: 0,
  targets: "all-linear",
  /** Learning rate for published models, which forget at much higher rates. */
  learningRate: 5e-4,
  /** Learning rate for the small model in `@lorank/starter`. */
  starterLearningRate: 3e-3,
  epochs: 2,
  batchSize: 8,
  microBatch: 8,
  schedule: "linear",
  warmup: 0.06,
  weightDecay: 0.01,
  clip: 1,
  weights: "pretrained",
  compute: "float32",
  maxNewTokens: 64,
  /** Maximum length in tokens; less if the model has fewer positions. */
  maxLength: { classification: 96, "causal-lm": 512 },
  threads: 1,
  device: "cpu",
  checkpointEvery: { seconds: 300 },
  /** Deciding metric by task. On responses, token accuracy moves little, and in steps. */
  metric: { classification: "accuracy", "causal-lm": "log-loss" },
  confidence: 0.95,
} as const;
