/** Results schema between training and all readers; `results.schema.json` is generated from this file. */

import type { ArmAxis } from "./arm-types.ts";
import type { CheckedTrialMembers, Overlap, SharedSources } from "./check-types.ts";
import type { Decision } from "./decision-types.ts";
import type { EngineEvaluation, Evaluation, QuestionText, TestScore, TestSet } from "./evaluation-types.ts";
import type { MethodName, Truncation } from "./method-types.ts";
import type { MetricName } from "./metric.ts";
import type { Count, Margin, NonNegative, Seed, Share } from "./scalar-types.ts";
import type { SearchSummary } from "./search-types.ts";
import type { SecondaryOutcome } from "./secondary-types.ts";
import type { EngineSpec, TrialSpec } from "./spec-types.ts";

export type * from "./arm-axis.ts";
export type * from "./check-types.ts";
export type * from "./decision-types.ts";
export type * from "./evaluation-types.ts";
export type * from "./method-types.ts";
export type { Metric, MetricName } from "./metric.ts";
export type * from "./scalar-types.ts";
export type * from "./search-types.ts";
export type * from "./secondary-types.ts";
export type * from "./spec-types.ts";

/** Training loss at an optimiser step: `loss` is the mean over the step's target tokens or examples, in nats. */
export interface LossPoint {
  readonly step: Count;
  readonly loss: number;
  /** Learning rate; absent if another trainer does not report it. */
  readonly learningRate?: NonNegative;
}

/** Measurements and origin, which depend on the machine and the moment; only these may differ between equal trials. */
export interface Measured {
  /**
   * Seconds of the trial in all and by part; parts are absent if another trainer ran the trial. After a resume from a
   * checkpoint, `train` and `total` include earlier processes' training up to it, but not the work they lost.
   */
  readonly seconds: {
    readonly load?: NonNegative;
    readonly train?: NonNegative;
    readonly evaluate?: NonNegative;
    readonly total: NonNegative;
  };
  /**
   * Largest resident set over the trial's processes, in bytes; 0 if unknown, as in a browser. For another trainer the
   * peak it reports, if any.
   */
  readonly peakResidentBytes?: Count;
  /** Largest resident set predicted from the model's shapes, in bytes; absent without a prediction. */
  readonly predictedResidentBytes?: Count;
  readonly provenance: Provenance;
}

export interface Provenance {
  readonly lorank: string;
  /** Node version such as `v22.1.0`, or browser name and version. */
  readonly node: string;
  /** Engine runtime, or another trainer's program. */
  readonly runtime: string;
  /** Device that trained; absent, like `threads`, if another trainer decides. */
  readonly device?: string;
  readonly threads?: Count;
  readonly finishedAt: string;
}

/**
 * Trial outcome. A diverged trial is a result too, so the grid stays complete. Optional members without an explanation
 * are absent if another trainer did not report them.
 */
export interface TrialResult extends CheckedTrialMembers {
  readonly trialId: string;
  readonly spec: TrialSpec;
  readonly status: "completed" | "diverged" | "out-of-memory";
  /** Step of the divergence: a loss, gradient or trained weight stopped being finite, or a loss exceeded 1e9 nats. */
  readonly divergedAtStep?: Count;
  /** Count of the adapter's parameters: LoRA A and B only. */
  readonly loraParams?: Count;
  /** Count of all trained parameters: LoRA's and the head's. */
  readonly trainableParams?: Count;
  /** Size in bytes of the PEFT file `adapter_model.safetensors`. Absent if no adapter was saved. */
  readonly adapterBytes?: Count;
  /** Bytes of the float32 gradients for all trainable parameters. */
  readonly gradientBytes?: Count;
  /** Bytes of the two float32 AdamW moments for all trainable parameters. */
  readonly optimizerBytes?: Count;
  readonly steps?: Count;
  /** Real (unpadded) tokens seen in training. */
  readonly trainTokens?: Count;
  readonly lossCurve: readonly LossPoint[];
  /** Evaluation; absent unless `status` is `completed`. */
  readonly evaluation?: Evaluation;
  readonly measured: Measured;
}

/** Engine trial outcome, in which everything is reported. */
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

/** Trial without a result: all attempts at it failed, like all attempts at its rank. */
export interface FailedTrial {
  readonly rank: Count;
  readonly seed: Seed;
  /** Cause of the last attempt's end, in a line. */
  readonly reason: string;
  /** Last lines printed by the trainer. */
  readonly output: string;
}

/** Sweep settings, with defaults resolved. */
export interface SweepSummary {
  readonly name: string;
  /** Trial selection method; absent for `grid`: every rank under every seed. */
  readonly method?: MethodName;
  /** Ranks, or with `axis` the arms' numbers, ascending. */
  readonly ranks: readonly Count[];
  /** Arms, if they are compared in place of ranks; members named `rank` outside of a trial then hold their numbers. */
  readonly axis?: ArmAxis;
  readonly seeds: readonly Seed[];
  readonly metric: MetricName;
  readonly margin: Margin;
  readonly confidence: Share;
  /** Outcomes beside the metric; absent without any. */
  readonly secondary?: readonly SecondaryOutcome[];
  /** Threads per trial; absent if another trainer decides. */
  readonly threadsPerTrial?: Count;
  readonly trialsAtOnce: Count;
  /** Search for learning rate and epochs; absent if both were fixed. */
  readonly search?: SearchSummary;
}

export interface ModelSummary {
  readonly name: string;
  readonly totalParams: Count;
  readonly layers: Count;
  readonly hiddenSize: Count;
}

/** Whole sweep in a file: `results.json`. */
export interface Results {
  /**
   * Version 2 since verdicts tell a loss within the margin from one within two margins; `parseResults` reads 1 too.
   */
  readonly schemaVersion: 2;
  readonly sweep: SweepSummary;
  /** Base model; absent if another trainer ran the trials. */
  readonly model?: ModelSummary;
  readonly data: {
    /** Data set name; absent, like `trainExamples`, if another trainer ran the trials. */
    readonly name?: string;
    readonly trainExamples?: Count;
    readonly validationExamples: Count;
    /**
     * SHA-256, in lower-case hex, over the validation examples in a trial's order, whatever model reads them. Each example
     * is a line in UTF-8 that ends in a line feed. A line is canonical JSON (RFC 8785) of what the data have: `[text,
     * label]`, `[prompt, response]`, or a conversation's list of messages. U+FFFD takes the place of a lone surrogate.
     * Absent in files by earlier versions, and if another trainer ran the trials, which tells no texts.
     */
    readonly examplesSha256?: string;
    /** Share of the most frequent class among the validation examples; absent for causal-lm. */
    readonly majorityShare?: Share;
    /**
     * Class by validation example, in a trial's order, as an index into the task's labels. Absent for causal-lm, and
     * in files by earlier versions.
     */
    readonly validationLabels?: readonly Count[];
    /** Group number (document, person) by validation example, from 0. Absent if examples are independent. */
    readonly validationGroups?: readonly Count[];
    /** Prompt and reference by validation example, in the order of a trial's answers. Absent without answers. */
    readonly questions?: readonly QuestionText[];
    /** Validation examples also in training; absent for none, and in files by earlier versions. */
    readonly overlap?: Overlap;
    /**
     * Validation examples that seem to share sources; absent for none, if groups are known or declined, and in files by
     * earlier versions.
     */
    readonly sharedSources?: SharedSources;
    /** Test set, scored for the rank that the decision names; absent without test examples. */
    readonly test?: TestSet;
  };
  readonly decision: Decision;
  /** Trials, ordered by rank, then seed. */
  readonly trials: readonly TrialResult[];
  /** Trials at ranks that could not be compared, as all their runs failed; by rank, then seed. Absent if none. */
  readonly failures?: readonly FailedTrial[];
  /**
   * Evaluation of the base without an adapter, on the validation examples. Absent if a head is trained, and in earlier
   * files.
   */
  readonly untouchedBase?: Evaluation;
  /** Truncated adapters in a probe, ordered by rank, then seed. */
  readonly truncations?: readonly Truncation[];
  /** Trials at the smallest and largest rank with other learning rates, by rate, then rank; absent unless requested. */
  readonly otherRates?: readonly TrialResult[];
  /**
   * Trial at the largest rank under rsLoRA's scaling; absent if `otherRates` is, and if the sweep's scaling is not
   * alpha / rank.
   */
  readonly otherScaling?: TrialResult;
  /**
   * Score on the test set. Absent without test examples, and if the decision names no rank, or rank 0, which has no
   * adapter.
   */
  readonly test?: TestScore;
}
