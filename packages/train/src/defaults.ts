/** Defaults of a training. No import here: a command's help reads it. */

/** True if a device is the processor, whose cores trials side by side share. */
export function isProcessor(device: string): boolean {
  return device === "cpu" || device === "wasm";
}

/** Defaults of `TrainingSettings`, and of how a training is run, alone or in a sweep. */
export const trainDefaults = {
  /** The seed of one training, and the first of a sweep. */
  seed: 1,
  alpha: 32,
  scaling: "lora",
  loraPlus: 1,
  dropout: 0,
  targets: "all-linear",
  /** Published models lose what they know at a much higher learning rate. */
  learningRate: 5e-4,
  /** The learning rate of `@lorank/starter`, whose model is small and takes large steps. */
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
  /** Most tokens of an answer, where a trial generates some. */
  maxNewTokens: 64,
  /** In tokens; less where the model has fewer positions. */
  maxLength: { classification: 96, "causal-lm": 512 },
  threads: 1,
  device: "cpu",
  checkpointEvery: { seconds: 300 },
} as const;
