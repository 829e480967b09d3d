import { InputError } from "@lorank/core";
import type { OptimizerSpec, Results, SweepSummary, TrialSpec } from "@lorank/core/results";
import { type LoraRule, trialSpec } from "@lorank/train/spec";
import { checkSettings } from "./check-settings.ts";
import type { SweepConfig } from "./sweep-config.ts";

/** What a sweep asks for, without how it is executed: threads and trials side by side do not change a result. */
export type PlanSummary = Omit<SweepSummary, "threadsPerTrial" | "trialsAtOnce" | "packChoice" | "search">;

/** A sweep ready to run. */
export interface SweepPlan {
  /** The normalised config: ranks, seeds and target modules sorted. */
  readonly config: SweepConfig;
  readonly summary: PlanSummary;
  readonly model: Results["model"];
  readonly data: Results["data"];
  /** One for each rank and seed, all ranks of one seed before the next seed. Which of them are run the method says. */
  readonly specs: readonly TrialSpec[];
  /** What a reader of the results must know about the settings, in sentences; empty when there is nothing to say. */
  readonly notes: readonly string[];
}

/** A plan with what its trials read. */
export interface SweepInputs {
  readonly plan: SweepPlan;
  /** The base model: a folder with config.json, and the weights unless the base is random; or a `.gguf` file. */
  readonly modelPath: string;
  /** The tokenised data set that the plan's `data.sha256` names: `encodeDataset` of @lorank/train. */
  readonly dataset: Uint8Array;
  /** The tokenised test examples that the plan's `test.sha256` names, where it names some: `encodeTestExamples` of @lorank/train. */
  readonly testExamples?: Uint8Array;
}

/**
 * Turns a resolved config into trials, one for each rank and seed.
 *
 * Seeds come in blocks (every rank of the first seed, then of the next), so that a comparison of ranks is paired
 * long before the sweep ends.
 *
 * @throws InputError `E_SWEEP_CONFIG` with every bad field, one a line.
 */
export function planSweep(config: SweepConfig): SweepPlan {
  const problems = checkSettings(config);
  if (problems.length > 0) throw new InputError("E_SWEEP_CONFIG", problems.join("\n"));
  const sorted: SweepConfig = {
    ...config,
    ranks: config.ranks.toSorted(ascending),
    seeds: config.seeds.toSorted(ascending),
    lora: normalisedLora(config.lora),
    optimizer: normalisedOptimizer(config.optimizer),
  };
  const { name, method, ranks, seeds, metric, margin, confidence, data, majorityShare, test } = sorted;
  return {
    config: sorted,
    summary: { name, ...(method ? { method } : {}), ranks, seeds, metric, margin, confidence },
    model: sorted.model,
    data: {
      name: data.name,
      trainExamples: data.trainExamples,
      validationExamples: data.validationExamples,
      ...(majorityShare === undefined ? {} : { majorityShare }),
      ...(test === undefined ? {} : { test }),
    },
    specs: seeds.flatMap((seed) => ranks.map((rank) => trialSpec(sorted, rank, seed))),
    notes: notesOn(sorted),
  };
}

/** A field that is off is not written, so that one sweep has one form, and its trials one id. */
function normalisedLora({ dora, ...lora }: LoraRule): LoraRule {
  return {
    ...lora,
    targetModules: lora.targetModules.toSorted(),
    ...(dora === true ? { dora } : {}),
  };
}

function normalisedOptimizer({ loraPlusRatio = 1, ...optimizer }: OptimizerSpec): OptimizerSpec {
  return { ...optimizer, ...(loraPlusRatio === 1 ? {} : { loraPlusRatio }) };
}

/** Both grow the first step: alpha = rank in proportion to the rank, rsLoRA at a fixed alpha to its square root. */
function notesOn({ lora, ranks }: SweepConfig): string[] {
  if (ranks.length < 2) return [];
  const rslora = lora.scalingRule === "rslora";
  if (lora.alpha.kind === "equal-to-rank") {
    return [
      `alpha = rank at one learning rate${rslora ? ", with rsLoRA" : ""}: the update grows with the rank, so differences ` +
        "between ranks may be differences in step size.",
    ];
  }
  if (!rslora) return [];
  return [
    "rsLoRA at a fixed alpha: the update grows with the square root of the rank, so a part of the differences between " +
      "ranks may be differences in step size.",
  ];
}

function ascending(a: number, b: number): number {
  return a - b;
}
