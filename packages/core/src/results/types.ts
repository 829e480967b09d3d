/**
 * Results schema, version 1: the one contact between training and everything that reads its outcome.
 * `results.schema.json` is generated from this file; a test fails when it is stale.
 */

import type { Overlap } from "./check-types.ts";
import type { Decision } from "./decision-types.ts";
import type { EngineEvaluation, Evaluation } from "./evaluation-types.ts";
import type { MethodName, Truncation } from "./method-types.ts";
import type { MetricName } from "./metric.ts";
import type { Count, Margin, NonNegative, Seed, Share } from "./scalar-types.ts";
import type { SearchSummary } from "./search-types.ts";
import type { EngineSpec, TrialSpec } from "./spec-types.ts";
import type { TestScore, TestSet } from "./test-types.ts";

export type * from "./check-types.ts";
export type * from "./decision-types.ts";
export type * from "./evaluation-types.ts";
export type * from "./method-types.ts";
export type { Metric, MetricName } from "./metric.ts";
export type * from "./scalar-types.ts";
export type * from "./search-types.ts";
export type * from "./spec-types.ts";
export type * from "./test-types.ts";

/** One optimiser step. `loss` is the mean over the step's target tokens or examples, in nats. */
export interface LossPoint {
  readonly step: Count;
  readonly loss: number;
  /** Absent where another trainer does not say. */
  readonly learningRate?: NonNegative;
}

/** What depends on the machine and the moment; the only part in which two equal trials may differ. */
export interface Measured {
  /**
   * Parts are absent where another trainer has run the trial. Of a trial that went on from a checkpoint, `train` and `total`
   * include what earlier processes trained up to it; what they lost is in none.
   */
  readonly seconds: {
    readonly load?: NonNegative;
    readonly train?: NonNegative;
    readonly evaluate?: NonNegative;
    readonly total: NonNegative;
  };
  /**
   * Largest resident set of the trial's own processes, in bytes, 0 where nobody tells, as in a browser; of another trainer the
   * peak that it reports, if it does.
   */
  readonly peakResidentBytes?: Count;
  /** What was predicted for it from the shapes alone; absent where nothing was. */
  readonly predictedResidentBytes?: Count;
  readonly provenance: Provenance;
}

export interface Provenance {
  readonly lorank: string;
  /** Version of Node such as `v22.1.0`, or name and version of a browser. */
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
  /** The step at which the loss, its gradient or a trained weight stopped being finite. */
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

/** The sweep as the user asked for it, resolved. */
export interface SweepSummary {
  readonly name: string;
  /** Absent means grid, which is not written. */
  readonly method?: MethodName;
  readonly ranks: readonly Count[];
  readonly seeds: readonly Seed[];
  readonly metric: MetricName;
  readonly margin: Margin;
  readonly confidence: Share;
  /** Absent where another trainer decides. */
  readonly threadsPerTrial?: Count;
  readonly trialsAtOnce: Count;
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
    /** Absent where there is none, and in files of earlier versions. */
    readonly overlap?: Overlap;
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
