import type {
  BaseWeights,
  DatasetRef,
  LoraSpec,
  MethodName,
  OptimizerSpec,
  Results,
  ScalingRule,
  SweepSummary,
  Task,
  TestSet,
  TrialSpec,
} from "@lorank/core/results";

/**
 * How alpha follows the rank. `fixed` keeps the size of the update the same at every rank, so the sweep compares
 * ranks. `equal-to-rank` is the common convention; at one learning rate it also makes the update grow with the
 * rank, so the sweep compares rank and step size together.
 */
export type AlphaRule =
  | { readonly kind: "fixed"; readonly alpha: number }
  | { readonly kind: "equal-to-rank" };

/** LoRA options shared by all trials of a sweep: a {@link LoraSpec} without its rank. */
export interface SweepLora {
  readonly alpha: AlphaRule;
  readonly scalingRule: ScalingRule;
  readonly dropout: number;
  /** Weight-decomposed (DoRA). Absent means no; false is not written, so that a config without it stays the same. */
  readonly dora?: true;
  readonly targetModules: readonly string[];
}

/** A sweep, resolved: every default filled in, every file named by its hash. Kept as `sweep.json`. */
export interface SweepConfig {
  readonly name: string;
  readonly base: BaseWeights;
  readonly data: DatasetRef;
  /** Examples for one score of the rank that the verdict names. No trial reads them. Absent means no score. */
  readonly test?: TestSet;
  readonly task: Task;
  readonly lora: SweepLora;
  readonly optimizer: OptimizerSpec;
  /** What matrix products are computed in. Absent means float32, which is not written. */
  readonly compute?: TrialSpec["compute"];
  /** Ranks to compare, in any order. */
  readonly ranks: readonly number[];
  /** One trial of every rank for each seed. */
  readonly seeds: readonly number[];
  readonly metric: SweepSummary["metric"];
  /** Largest loss of quality that still counts as adequate: a share for accuracy, nats for log loss. */
  readonly margin: number;
  readonly confidence: number;
  /** Which trials of the grid are run. Absent means all of them. */
  readonly method?: Exclude<MethodName, "grid">;
  /** Also run the smallest and the largest rank at a third and three times the learning rate. Absent means no. */
  readonly robustness?: true;
  /** Allows rank 0, which trains the head alone, among `ranks` (default false). */
  readonly headOnlyBaseline?: boolean;
  /** What the report says about the base model. */
  readonly model: Results["model"];
  /** Share of the most frequent class among the validation examples; absent for causal-lm. */
  readonly majorityShare?: number;
}
