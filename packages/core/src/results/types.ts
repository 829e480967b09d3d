/**
 * Results schema, version 1: the one contact between training and everything that reads its outcome.
 * `results.schema.json` is generated from this file; a test fails when it is stale.
 */

/**
 * A whole number of things, 0 or more.
 * @asType integer
 * @minimum 0
 */
export type Count = number;

/**
 * A part of a whole, 0 to 1.
 * @minimum 0
 * @maximum 1
 */
export type Share = number;

/** The name of a metric that a verdict can rest on. Higher accuracy is better, lower log loss is better. */
export type MetricName = "accuracy" | "log-loss";

/** How alpha and rank become the factor on B·A: alpha / rank, or alpha / √rank. */
export type ScalingRule = "lora" | "rslora";

/** What a trial optimises and how its examples are labelled. */
export type Task =
  | { readonly kind: "classification"; readonly labels: readonly string[] }
  | { readonly kind: "causal-lm" };

/** How the linear layers of a base's blocks are kept in 4 bits; embeddings, head and norms stay as they are. */
export interface BaseQuantization {
  readonly format: "nf4" | "fp4";
  /** Weights that share one absmax. */
  readonly blockSize: 32 | 64 | 128 | 256 | 512 | 1024 | 2048 | 4096;
  /** The absmax are quantised too. Absent means no; false is not written. */
  readonly doubleQuant?: true;
}

/**
 * Where the frozen base comes from: a checkpoint, or the same shapes drawn at random from `seed`. `quantization` is what
 * is done to it on loading; absent for a base that is taken as it is, be it in 4 bits already.
 */
export type BaseWeights = { readonly quantization?: BaseQuantization } & (
  | { readonly kind: "pretrained"; readonly name: string; readonly sha256: string }
  | { readonly kind: "random"; readonly name: string; readonly configSha256: string; readonly seed: number }
);

/** The tokenised examples that a trial reads; `sha256` is of the dataset file's bytes. */
export interface DatasetRef {
  readonly name: string;
  readonly sha256: string;
  readonly trainExamples: Count;
  readonly validationExamples: Count;
}

/** The LoRA adapter of one trial. */
export interface LoraSpec {
  /** Inner size of A and B; 0 trains the head alone. */
  readonly rank: Count;
  readonly alpha: number;
  readonly scalingRule: ScalingRule;
  /** Probability that an element of the adapter's input is zeroed while training. */
  readonly dropout: Share;
  /**
   * Weight-decomposed (DoRA): a trained magnitude for each row of a weight besides A and B. Absent means no; false is
   * not written, so that a spec without it keeps its `trialId`.
   */
  readonly dora?: true;
  /** Last parts of module paths, for example `q_proj`, sorted. */
  readonly targetModules: readonly string[];
}

/** Everything about optimisation that changes the numbers. */
export interface OptimizerSpec {
  readonly name: "adamw";
  readonly learningRate: number;
  /**
   * LoRA+: how many times the learning rate B learns with, and what is trained as a vector (biases, magnitudes). Absent
   * means 1; 1 is not written.
   */
  readonly loraPlusRatio?: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  /** Largest global L2 norm of the gradient; 0 does not clip. */
  readonly maxGradientNorm: number;
  readonly schedule: "constant" | "linear" | "cosine";
  /** Share of all steps spent warming up, 0 to 1. */
  readonly warmupRatio: Share;
  readonly epochs: number;
  /** Examples in one optimiser step. */
  readonly batchSize: Count;
  /** Examples in one pass through the model; divides `batchSize`. */
  readonly microBatchSize: Count;
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
  /**
   * What matrix products are computed in while training and evaluating; all else is float32. Absent means float32, which
   * is not written, so that a spec without it keeps its `trialId`.
   */
  readonly compute?: "float16" | "bfloat16";
  /** Names the paired runs: the same seed means the same data order and the same initial rows of A. */
  readonly seed: number;
}

/** How well a trial did on the validation examples, in the data set's own order. */
export interface Evaluation {
  /** Share of examples (classification) or of target tokens (causal-lm) predicted right. */
  readonly accuracy: Share;
  /** Mean over examples of the negative log probability of the truth, in nats. */
  readonly logLoss: number;
  /** For each example: 1 if right, else 0; for causal-lm the share of target tokens predicted right. */
  readonly correct: readonly Share[];
  /** For each example: its log loss in nats (causal-lm: mean over its target tokens). */
  readonly logLosses: readonly number[];
}

/** One optimiser step. `loss` is the mean over the step's target tokens or examples, in nats. */
export interface LossPoint {
  readonly step: Count;
  readonly loss: number;
  readonly learningRate: number;
}

/** What depends on the machine and the moment; the only part in which two equal trials may differ. */
export interface Measured {
  readonly seconds: {
    readonly load: number;
    readonly train: number;
    readonly evaluate: number;
    readonly total: number;
  };
  /** Largest resident set of the trial's own process, in bytes. */
  readonly peakResidentBytes: Count;
  /** What was predicted for it from the shapes alone; absent where nothing was. */
  readonly predictedResidentBytes?: Count;
  /**
   * Trials that shared the process and one base, where there were several: `seconds` are then this trial's share of
   * theirs, `peakResidentBytes` is that of all of them together.
   */
  readonly packedTrials?: Count;
  readonly provenance: Provenance;
}

export interface Provenance {
  readonly lorank: string;
  readonly node: string;
  readonly runtime: string;
  readonly device: string;
  readonly threads: Count;
  readonly finishedAt: string;
}

/** The outcome of one trial. A diverged trial is a result too, so the grid stays complete. */
export interface TrialResult {
  readonly trialId: string;
  readonly spec: TrialSpec;
  readonly status: "completed" | "diverged" | "out-of-memory";
  /** The step at which the loss stopped being finite. */
  readonly divergedAtStep?: Count;
  /** LoRA A and B only. */
  readonly loraParams: Count;
  /** LoRA parameters and the trained head. */
  readonly trainableParams: Count;
  /** Size of the PEFT file `adapter_model.safetensors`. */
  readonly adapterBytes: Count;
  /** float32 gradients of all trainable parameters. */
  readonly gradientBytes: Count;
  /** Two float32 AdamW moments for all trainable parameters. */
  readonly optimizerBytes: Count;
  readonly steps: Count;
  /** Real (unpadded) tokens seen in training. */
  readonly trainTokens: Count;
  readonly lossCurve: readonly LossPoint[];
  /** Absent unless `status` is `completed`. */
  readonly evaluation?: Evaluation;
  readonly measured: Measured;
}

/** Two-sided interval `[lo, hi]`. */
export type Interval = readonly [lo: number, hi: number];

/**
 * What the data say about one rank, over the seeds that all compared ranks completed.
 * Intervals account for both the seeds and the examples being a sample; with one seed they account for the
 * examples alone, because the spread between seeds is then unknown.
 */
export interface RankSummary {
  readonly rank: Count;
  readonly seeds: Count;
  readonly accuracy: Share;
  /** Of `accuracy`, at the decision's confidence, for this rank by itself. */
  readonly interval: Interval;
  /** Absent, with its interval, when the outcomes carry no log loss. */
  readonly logLoss?: number;
  readonly logLossInterval?: Interval;
  /** This rank minus `bestRank` in the metric's own unit: below 0 is worse for accuracy, above 0 for log loss. */
  readonly differenceToBest: number;
  /** Holds for all pairs of ranks at once at the decision's confidence; `[0, 0]` for the best rank itself. */
  readonly differenceInterval: Interval;
  /**
   * At the decision's confidence no other rank is better than this one by more than this, in the metric's unit.
   * The rank is adequate when it is at most the margin. Absent when the design supports no claim (one seed).
   */
  readonly shortfallBound?: number;
}

/** A rank that was tried but could not be compared, and why. */
export interface ExcludedRank {
  readonly rank: Count;
  readonly reason: string;
}

/** Two ranks on the same seeds and examples. In the metric's unit, positive when the first one is better. */
export interface PairSummary {
  readonly first: Count;
  readonly second: Count;
  readonly advantage: number;
  /** Holds for all pairs of ranks at once at the decision's confidence. */
  readonly interval: Interval;
  /** Variance components of one outcome's difference; `seed` is absent with one seed, where it cannot be seen. */
  readonly variance: { readonly seed?: number; readonly example: number; readonly residual: number };
}

/** What choosing the best of several ranks on the outcomes that it is judged by adds to how good it looks. */
export interface Selection {
  /** Ranks among which the best was chosen. */
  readonly ranks: Count;
  /** In the metric's unit, if all ranks are truly equal; less where they differ. */
  readonly expectedInflation: number;
}

/** From one rank tried to the next. In the metric's unit, positive when the larger rank is better. */
export interface ReturnStep {
  readonly from: Count;
  readonly to: Count;
  readonly gain: number;
  /** Holds for all pairs of ranks at once at the decision's confidence. */
  readonly interval: Interval;
  /** The gain divided by log2(to / from); absent from rank 0. */
  readonly perDoubling?: number;
  /** The gain divided by what the larger rank has or takes more; absent where that is unknown or no more. */
  readonly perParam?: number;
  readonly perAdapterByte?: number;
  readonly perSecond?: number;
}

/** Where a larger rank stopped paying. */
export type Returns =
  | {
      /** No step to a larger rank has a supported gain. */
      readonly curve: "flat";
      readonly steps: readonly ReturnStep[];
    }
  | {
      /** The last step with a supported gain leads to `rank`; `interval` is of that gain. */
      readonly curve: "rising-until";
      readonly rank: Count;
      readonly interval: Interval;
      readonly steps: readonly ReturnStep[];
    };

/** The verdict with every number that led to it. */
export interface Decision {
  readonly verdict: "adequate" | "indistinguishable" | "inconclusive" | "extend";
  /** The recommended rank; null when inconclusive. */
  readonly rank: Count | null;
  /** The rank with the best mean, which need not be supported; null when no trial completed. */
  readonly bestRank: Count | null;
  readonly metric: MetricName;
  readonly margin: number;
  readonly confidence: Share;
  /** Seeds that all compared ranks completed. */
  readonly seeds: Count;
  readonly examples: Count;
  /** Ascending by rank. */
  readonly ranks: readonly RankSummary[];
  /** Ranks of the sweep that are not in `ranks`. */
  readonly excluded?: readonly ExcludedRank[];
  /** About what would settle an inconclusive verdict; absent when more data of the same kind would not. */
  readonly needed?: { readonly examples: Count; readonly seeds: Count };
  /**
   * The smallest rank's `shortfallBound` must not exceed this before ranks that show no difference are called
   * indistinguishable, in the metric's unit: two margins. Absent, as the members below, in files of earlier versions.
   */
  readonly indifference?: number;
  /** All pairs of compared ranks; absent with fewer than two. */
  readonly pairs?: readonly PairSummary[];
  /** Absent with fewer than two ranks. */
  readonly selection?: Selection;
  /** Absent when the design supports no claim. */
  readonly returns?: Returns;
  /** The verdict in plain words, one paragraph. */
  readonly explanation: string;
}

/** What a training step cost, of trials that each had a process or of a pack. */
export interface PackTime {
  /** 1: a trial in a process of its own. */
  readonly trials: Count;
  /** Of one optimiser step, divided by the trials that shared it. */
  readonly secondsPerTrialStep: number;
  /** Largest resident set of the process, in bytes. */
  readonly peakResidentBytes: Count;
}

/** How it was decided whether trials share a process, where that was measured. `measured.packedTrials` says what each did. */
export interface PackChoice {
  /** Trials that share a process; 1 where packs were not clearly faster, or did not fit. */
  readonly trials: Count;
  readonly device: string;
  /** Optimiser steps of each size that were timed. */
  readonly steps: Count;
  /** By size, 1 first. */
  readonly measured: readonly PackTime[];
  /** Why a size could not be measured. */
  readonly failure?: string;
}

/** The sweep as the user asked for it, resolved. */
export interface SweepSummary {
  readonly name: string;
  readonly ranks: readonly Count[];
  readonly seeds: readonly number[];
  readonly metric: MetricName;
  readonly margin: number;
  readonly confidence: Share;
  readonly threadsPerTrial: Count;
  readonly trialsAtOnce: Count;
  /** Absent where nothing was measured. Written after measuring: it differs from one run to the next. */
  readonly packChoice?: PackChoice;
}

/** `results.json`: a whole sweep in one file. */
export interface Results {
  readonly schemaVersion: 1;
  readonly sweep: SweepSummary;
  readonly model: {
    readonly name: string;
    readonly totalParams: Count;
    readonly layers: Count;
    readonly hiddenSize: Count;
  };
  readonly data: {
    readonly name: string;
    readonly trainExamples: Count;
    readonly validationExamples: Count;
    /** Share of the most frequent class among the validation examples; absent for causal-lm. */
    readonly majorityShare?: Share;
  };
  readonly decision: Decision;
  /** Ordered by rank, then seed. */
  readonly trials: readonly TrialResult[];
}
