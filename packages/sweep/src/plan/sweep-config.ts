import type {
  CommandSpec,
  MethodName,
  ModelSummary,
  Overlap,
  SweepSummary,
  TestSet,
} from "@lorank/core/results";
import type { AlphaRule, TrainingConfig } from "@lorank/train/spec";
import type { ChosenChecks } from "../checks/checks.ts";

/** What a sweep compares and how it decides, whoever trains. */
export interface Comparison extends ChosenChecks {
  readonly name: string;
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
}

/** A sweep of this engine, resolved: every default filled in, every file named by its hash. Kept as `sweep.json`. */
export interface SweepConfig extends Comparison, TrainingConfig {
  /** Examples for one score of the rank that the verdict names. No trial reads them. Absent means no score. */
  readonly test?: TestSet;
  /** What the results say of validation examples that are also in training. `data.sha256` names those that were chosen. */
  readonly overlap?: Overlap;
  /** Allows rank 0, which trains the head alone, among `ranks` (default false). */
  readonly headOnlyBaseline?: boolean;
  /** What the report says about the base model. */
  readonly model: ModelSummary;
  /** Share of the most frequent class among the validation examples; absent for causal-lm. */
  readonly majorityShare?: number;
}

/** A sweep whose trials another trainer runs. Kept as `sweep.json`. */
export interface CommandConfig extends Comparison, Pick<CommandSpec, "trainer" | "optimizer"> {
  /** What the trainer is told of every rank's adapter; absent members are its own affair. */
  readonly lora: Pick<CommandSpec["lora"], "scalingRule"> & { readonly alpha?: AlphaRule };
  /** The trainer's test examples, for one score of the rank that the verdict names. Absent means no score. */
  readonly test?: Pick<TestSet, "name" | "sha256">;
}
