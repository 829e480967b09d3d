/** What a sweep does where it is not told otherwise. No import here: a command's help reads it. */

/** Of `RunOptions`, what does not depend on the machine. */
export const runDefaults = {
  threads: 1,
  device: "cpu",
  trialsPerProcess: "auto",
  maxAttempts: 3,
} as const;

/** Of `SweepSettings`. */
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
  /** Published models lose what they know at a much higher one. */
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
  /** Less where the model has fewer positions. */
  maxLength: { classification: 96, "causal-lm": 512 },
  /**
   * Of a response, the share of tokens that are right moves little and in steps; log loss counts how far off each was,
   * and is what training lowers.
   */
  metric: { classification: "accuracy", "causal-lm": "log-loss" },
  confidence: 0.95,
  out: "./lorank-sweep",
} as const;
