/** What a sweep does where it is not told otherwise. No import here: a command's help reads it. */

/** Defaults of `RunOptions` that do not depend on the machine. */
export const runDefaults = {
  threads: 1,
  device: "cpu",
  trialsPerProcess: "auto",
  maxAttempts: 3,
} as const;

/** Defaults of `SweepSettings`. */
export const sweepDefaults = {
  ranks: [4, 8, 16, 32],
  seeds: 5,
  method: "grid",
  robustness: false,
  alpha: 32,
  scaling: "lora",
  dora: false,
  loraPlus: 1,
  dropout: 0,
  targets: "all-linear",
  /** Published models lose what they know at a much higher learning rate. */
  learningRate: 5e-4,
  epochs: 2,
  batchSize: 8,
  microBatch: 8,
  schedule: "linear",
  warmup: 0.06,
  weightDecay: 0.01,
  clip: 1,
  weights: "pretrained",
  compute: "float32",
  /** In tokens; less where the model has fewer positions. */
  maxLength: { classification: 96, "causal-lm": 512 },
  /**
   * A response's accuracy is the share of its tokens that are right: it moves little, and in steps. Log loss counts how
   * far off each token was, and is what training lowers.
   */
  metric: { classification: "accuracy", "causal-lm": "log-loss" },
  confidence: 0.95,
  out: "./lorank-sweep",
} as const;
