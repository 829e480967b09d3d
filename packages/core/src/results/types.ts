/**
 * Results schema, version 1: the one contact between training and everything that reads its outcome.
 * `results.schema.json` is generated from this file; a test fails when it is stale.
 */

/** The name of a metric that a verdict can rest on. Higher accuracy is better, lower log loss is better. */
export type MetricName = "accuracy" | "log-loss";

/** How alpha and rank become the factor on B·A: alpha / rank, or alpha / √rank. */
export type ScalingRule = "lora" | "rslora";

/** What a trial optimises and how its examples are labelled. */
export type Task =
  | { readonly kind: "classification"; readonly labels: readonly string[] }
  | { readonly kind: "causal-lm" };

/** Where the frozen base comes from: a checkpoint, or the same shapes drawn at random from `seed`. */
export type BaseWeights =
  | { readonly kind: "pretrained"; readonly name: string; readonly sha256: string }
  | { readonly kind: "random"; readonly name: string; readonly configSha256: string; readonly seed: number };

/** The tokenised examples that a trial reads; `sha256` is of the dataset file's bytes. */
export interface DatasetRef {
  readonly name: string;
  readonly sha256: string;
  readonly trainExamples: number;
  readonly validationExamples: number;
}

/** The LoRA adapter of one trial. */
export interface LoraSpec {
  /** Inner size of A and B; 0 trains the head alone. */
  readonly rank: number;
  readonly alpha: number;
  readonly scalingRule: ScalingRule;
  /** Probability that an element of the adapter's input is zeroed while training. */
  readonly dropout: number;
  /** Last parts of module paths, for example `q_proj`, sorted. */
  readonly targetModules: readonly string[];
}

/** Everything about optimisation that changes the numbers. */
export interface OptimizerSpec {
  readonly name: "adamw";
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  /** Largest global L2 norm of the gradient; 0 does not clip. */
  readonly maxGradientNorm: number;
  readonly schedule: "constant" | "linear" | "cosine";
  /** Share of all steps spent warming up, 0 to 1. */
  readonly warmupRatio: number;
  readonly epochs: number;
  /** Examples in one optimiser step. */
  readonly batchSize: number;
  /** Examples in one pass through the model; divides `batchSize`. */
  readonly microBatchSize: number;
}

/**
 * What determines a trial's result, and nothing else: no paths, no thread counts, no times.
 * `trialId` is the SHA-256 of its canonical JSON.
 */
export interface TrialSpec {
  readonly specVersion: 1;
  readonly base: BaseWeights;
  readonly data: DatasetRef;
  readonly task: Task;
  readonly lora: LoraSpec;
  readonly optimizer: OptimizerSpec;
  /** Names the paired runs: the same seed means the same data order and the same initial rows of A. */
  readonly seed: number;
}

/** How well a trial did on the validation examples, in the data set's own order. */
export interface Evaluation {
  /** Share of examples (classification) or of target tokens (causal-lm) predicted right. */
  readonly accuracy: number;
  /** Mean over examples of the negative log probability of the truth, in nats. */
  readonly logLoss: number;
  /** For each example: 1 if right, else 0; for causal-lm the share of target tokens predicted right. */
  readonly correct: readonly number[];
  /** For each example: its log loss in nats (causal-lm: mean over its target tokens). */
  readonly logLosses: readonly number[];
}

/** One optimiser step. `loss` is the mean over the step's target tokens or examples, in nats. */
export interface LossPoint {
  readonly step: number;
  readonly loss: number;
  readonly learningRate: number;
}

/** What depends on the machine and the moment; the only part in which two equal trials may differ. */
export interface Measured {
  readonly seconds: { readonly load: number; readonly train: number; readonly evaluate: number; readonly total: number };
  /** Largest resident set of the trial's own process, in bytes. */
  readonly peakResidentBytes: number;
  readonly provenance: Provenance;
}

export interface Provenance {
  readonly lorank: string;
  readonly node: string;
  readonly runtime: string;
  readonly device: string;
  readonly threads: number;
  readonly finishedAt: string;
}

/** The outcome of one trial. A diverged trial is a result too, so the grid stays complete. */
export interface TrialResult {
  readonly trialId: string;
  readonly spec: TrialSpec;
  readonly status: "completed" | "diverged" | "out-of-memory";
  /** The step at which the loss stopped being finite. */
  readonly divergedAtStep?: number;
  /** LoRA A and B only. */
  readonly loraParams: number;
  /** LoRA parameters and the trained head. */
  readonly trainableParams: number;
  /** Size of the PEFT file `adapter_model.safetensors`. */
  readonly adapterBytes: number;
  /** float32 gradients of all trainable parameters. */
  readonly gradientBytes: number;
  /** Two float32 AdamW moments for all trainable parameters. */
  readonly optimizerBytes: number;
  readonly steps: number;
  /** Real (unpadded) tokens seen in training. */
  readonly trainTokens: number;
  readonly lossCurve: readonly LossPoint[];
  /** Absent unless `status` is `completed`. */
  readonly evaluation?: Evaluation;
  readonly measured: Measured;
}

/** Two-sided interval `[lo, hi]`. */
export type Interval = readonly [lo: number, hi: number];

/** What the data say about one rank. Differences are this rank minus the best, in the metric's own unit. */
export interface RankSummary {
  readonly rank: number;
  readonly seeds: number;
  readonly accuracy: number;
  readonly interval: Interval;
  readonly logLoss: number;
  readonly logLossInterval: Interval;
  readonly differenceToBest: number;
  readonly differenceInterval: Interval;
}

/** The verdict with every number that led to it. */
export interface Decision {
  readonly verdict: "adequate" | "indistinguishable" | "inconclusive" | "extend";
  /** The recommended rank; null when inconclusive. */
  readonly rank: number | null;
  readonly bestRank: number;
  readonly metric: MetricName;
  readonly margin: number;
  readonly confidence: number;
  readonly seeds: number;
  readonly examples: number;
  readonly ranks: readonly RankSummary[];
  /** What would settle an inconclusive verdict. */
  readonly needed?: { readonly examples: number; readonly seeds: number };
  /** The verdict in plain words, one paragraph. */
  readonly explanation: string;
}

/** The sweep as the user asked for it, resolved. */
export interface SweepSummary {
  readonly name: string;
  readonly ranks: readonly number[];
  readonly seeds: readonly number[];
  readonly metric: MetricName;
  readonly margin: number;
  readonly confidence: number;
  readonly threadsPerTrial: number;
  readonly trialsAtOnce: number;
}

/** `results.json`: a whole sweep in one file. */
export interface Results {
  readonly schemaVersion: 1;
  readonly sweep: SweepSummary;
  readonly model: { readonly name: string; readonly totalParams: number; readonly layers: number; readonly hiddenSize: number };
  readonly data: {
    readonly name: string;
    readonly trainExamples: number;
    readonly validationExamples: number;
    /** Share of the most frequent class among the validation examples; absent for causal-lm. */
    readonly majorityShare?: number;
  };
  readonly decision: Decision;
  /** Ordered by rank, then seed. */
  readonly trials: readonly TrialResult[];
}
