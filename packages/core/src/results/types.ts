/**
 * Results schema, version 1: the one contact between training and everything that reads its outcome.
 * `results.schema.json` is generated from this file; a test fails when it is stale.
 */

import type { Decision } from "./decision-types.ts";
import type { EngineEvaluation, Evaluation } from "./evaluation-types.ts";
import type { MethodName, Truncation } from "./method-types.ts";
import type { Count, MetricName, Share } from "./scalar-types.ts";
import type { SearchSummary } from "./search-types.ts";
import type { TestScore, TestSet } from "./test-types.ts";

export type * from "./class-prior-types.ts";
export type * from "./convergence-types.ts";
export type * from "./decision-types.ts";
export type * from "./evaluation-types.ts";
export type * from "./method-types.ts";
export type * from "./race-types.ts";
export type * from "./robustness-types.ts";
export type * from "./scalar-types.ts";
export type * from "./search-types.ts";
export type * from "./test-types.ts";

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

/** What determines the result of a trial of this engine. */
export interface EngineSpec {
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

/** A program that trains, evaluates and writes what came of it. */
export interface CommandTrainer {
  /** The program and its arguments, with placeholders such as `{rank}` for what differs between trials. */
  readonly command: readonly string[];
  /** Evaluates an adapter in the same way. Absent where the trainer cannot. */
  readonly evaluate?: readonly string[];
  /** Exit codes that are results, and no failures. */
  readonly exitCodes?: { readonly diverged?: Count; readonly outOfMemory?: Count };
  /** The files that the commands name, relative to the folder that they run in; so a changed script is another trainer. */
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
}

/** What determines the result of a trial that another trainer runs, as far as it is told. */
export interface CommandSpec {
  readonly specVersion: 1;
  readonly trainer: CommandTrainer;
  /** Absent members are the trainer's own affair. */
  readonly lora: Pick<LoraSpec, "rank"> & Partial<Pick<LoraSpec, "alpha" | "scalingRule">>;
  readonly optimizer: Partial<Pick<OptimizerSpec, "learningRate" | "epochs">>;
  /** Names the paired runs, as in {@link EngineSpec}. */
  readonly seed: number;
}

/**
 * What determines a trial's result, and nothing else: no paths of machines, no thread counts, no times.
 * `trialId` is the SHA-256 of its canonical JSON.
 */
export type TrialSpec = EngineSpec | CommandSpec;

/** One optimiser step. `loss` is the mean over the step's target tokens or examples, in nats. */
export interface LossPoint {
  readonly step: Count;
  readonly loss: number;
  /** Absent where another trainer does not say. */
  readonly learningRate?: number;
}

/** What depends on the machine and the moment; the only part in which two equal trials may differ. */
export interface Measured {
  /** Parts are absent where another trainer has run the trial. */
  readonly seconds: {
    readonly load?: number;
    readonly train?: number;
    readonly evaluate?: number;
    readonly total: number;
  };
  /** Largest resident set of the trial's own process, in bytes; of another trainer the peak that it reports, if it does. */
  readonly peakResidentBytes?: Count;
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
  /** Of another trainer, the program. */
  readonly runtime: string;
  /** Absent, as `threads`, where another trainer decides. */
  readonly device?: string;
  readonly threads?: Count;
  readonly finishedAt: string;
}

/**
 * The outcome of one trial. A diverged trial is a result too, so the grid stays complete. What is optional here and not
 * explained is absent where another trainer ran the trial and did not say it.
 */
export interface TrialResult {
  readonly trialId: string;
  readonly spec: TrialSpec;
  readonly status: "completed" | "diverged" | "out-of-memory";
  /** The step at which the loss stopped being finite. */
  readonly divergedAtStep?: Count;
  /** LoRA A and B only. */
  readonly loraParams?: Count;
  /** LoRA parameters and the trained head. */
  readonly trainableParams?: Count;
  /** Size of the PEFT file `adapter_model.safetensors`. Absent where no adapter was kept. */
  readonly adapterBytes?: Count;
  /** float32 gradients of all trainable parameters. */
  readonly gradientBytes?: Count;
  /** Two float32 AdamW moments for all trainable parameters. */
  readonly optimizerBytes?: Count;
  readonly steps?: Count;
  /** Real (unpadded) tokens seen in training. */
  readonly trainTokens?: Count;
  readonly lossCurve: readonly LossPoint[];
  /** Absent unless `status` is `completed`. */
  readonly evaluation?: Evaluation;
  readonly measured: Measured;
}

/** The outcome of a trial of this engine, which says all of it. */
export type EngineResult = TrialResult &
  Required<
    Pick<
      TrialResult,
      | "loraParams"
      | "trainableParams"
      | "adapterBytes"
      | "gradientBytes"
      | "optimizerBytes"
      | "steps"
      | "trainTokens"
    >
  > & {
    readonly spec: EngineSpec;
    readonly evaluation?: EngineEvaluation;
    readonly measured: Required<Pick<Measured, "peakResidentBytes">> & {
      readonly seconds: Required<Measured["seconds"]>;
      readonly provenance: Required<Provenance>;
    };
  };

/** What a training step cost, of trials that each had a process or of a pack. */
export interface PackTime {
  /** 1: a trial in a process of its own. */
  readonly trials: Count;
  /** Seconds of one optimiser step, divided by the trials that shared it. */
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
  /** Absent means grid, which is not written. */
  readonly method?: MethodName;
  readonly ranks: readonly Count[];
  readonly seeds: readonly number[];
  readonly metric: MetricName;
  readonly margin: number;
  readonly confidence: Share;
  /** Absent where another trainer decides. */
  readonly threadsPerTrial?: Count;
  readonly trialsAtOnce: Count;
  /** Absent where nothing was measured. Written after measuring: it differs from one run to the next. */
  readonly packChoice?: PackChoice;
  /** How the learning rate and the epochs were found; absent where both were given. */
  readonly search?: SearchSummary;
}

export interface ModelSummary {
  readonly name: string;
  readonly totalParams: Count;
  readonly layers: Count;
  readonly hiddenSize: Count;
}

/** `results.json`: a whole sweep in one file. */
export interface Results {
  readonly schemaVersion: 1;
  readonly sweep: SweepSummary;
  /** Absent where another trainer ran the trials, which has a model of its own. */
  readonly model?: ModelSummary;
  readonly data: {
    /** Absent, as `trainExamples`, where another trainer ran the trials, which has data of its own. */
    readonly name?: string;
    readonly trainExamples?: Count;
    readonly validationExamples: Count;
    /** Share of the most frequent class among the validation examples; absent for causal-lm. */
    readonly majorityShare?: Share;
    /**
     * Class of each validation example as an index into the task's labels, in the order of a trial's outcomes; absent for
     * causal-lm, and in files of earlier versions.
     */
    readonly validationLabels?: readonly Count[];
    /** Set aside for one score of the rank that the decision names; absent where none were. */
    readonly test?: TestSet;
  };
  readonly decision: Decision;
  /** Ordered by rank, then seed. */
  readonly trials: readonly TrialResult[];
  /** Truncated adapters of a probe, ordered by rank, then seed. */
  readonly truncations?: readonly Truncation[];
  /** The smallest and the largest rank at other learning rates, by rate, then rank; absent unless asked for. */
  readonly otherRates?: readonly TrialResult[];
  /** The largest rank under rsLoRA's scaling; absent where `otherRates` is, and where the sweep's scaling is not alpha / rank. */
  readonly otherScaling?: TrialResult;
  /** Absent without test examples, and where the decision names no rank, or rank 0, which has no adapter. */
  readonly test?: TestScore;
}
