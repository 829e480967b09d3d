/** What a sweep does where neither a flag nor the file says otherwise. Help and `--dry-run` print them. */
export const defaults = {
  model: "starter",
  data: "spam-assassin",
  /** Of spam-assassin; of a file, all that its training part holds. */
  trainExamples: 600,
  validationExamples: 800,
  /** Less where the model has fewer positions. */
  maxLength: { classification: 96, "causal-lm": 512 },
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
  /** The starter is small and takes large steps; published models lose what they know at such a rate. */
  learningRate: { starter: 3e-3, other: 5e-4 },
  epochs: 2,
  batchSize: 8,
  microBatch: 8,
  schedule: "linear",
  warmup: 0.06,
  weightDecay: 0.01,
  clip: 1,
  weights: "pretrained",
  quantize: "none",
  /**
   * Of a response, the share of tokens that are right moves little and in steps; log loss counts how far off each was,
   * and is what training lowers.
   */
  metric: { classification: "accuracy", "causal-lm": "log-loss" },
  /** A share for accuracy, nats for log loss. */
  margin: { accuracy: 0.01, "log-loss": 0.02 },
  confidence: 0.95,
  out: "./lorank-sweep",
  /** Of `plan`: the probability to find or certify what is there. */
  power: 0.8,
  /** Of `train`, which makes one adapter. */
  rank: 8,
  seed: 1,
  adapterOut: "./lorank-adapter",
  /** Of a process that runs alone: `eval`, and `quantize` where it measures. */
  evaluationThreads: 2,
  device: "auto",
  compute: "float32",
  memory: {
    ranks: [4, 8, 16, 32, 64],
    base: "bf16",
    method: "lora",
    microBatch: 1,
    seq: 1024,
    profile: "peft",
  },
  quantization: { format: "nf4", blockSize: 64, examples: 64 },
} as const;

/** Of the weights that `--weights random` draws: one number, so that all sweeps over a config share their base. */
export const randomBaseSeed = 0;

/** Of the draw that sets validation rows of a file aside: one number, so that a file is always parted alike. */
export const splitSeed = 0;

/** Of the draw of test rows from those that are left. */
export const testSplitSeed = 1;

/** Share of a file's rows that is kept for validation where the file itself does not say. */
export const validationShare = 0.2;
