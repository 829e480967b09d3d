import { InputError } from "@lorank/core";
import {
  type CommandSpec,
  type EngineSpec,
  type ModelSummary,
  type OptimizerSpec,
  observationsOf,
  type Results,
  type SweepSummary,
} from "@lorank/evidence/schema";
import { normalisedLora, trialSpec } from "@lorank/train/spec";
import { armAt, axisOf, type EngineArm, inOrderOfCost, settingsOfArm } from "../arms/arms.ts";
import {
  type CommandConfig,
  type Comparison,
  checkCommand,
  checkSettings,
  type SweepConfig,
} from "./sweep-config.ts";

/** Comparison settings for the results: ranks, seeds, metric, margin, method. */
export type PlanSummary = Omit<SweepSummary, "threadsPerTrial" | "trialsAtOnce" | "search">;

interface PlanOf<Config, Spec> {
  /** Normalised config: ranks, seeds and target modules sorted, arms in order of cost. */
  readonly config: Config;
  readonly summary: PlanSummary;
  /** Trial specs for every rank and seed, seed by seed. The method decides which are run. */
  readonly specs: readonly Spec[];
  readonly notes: readonly string[];
}

/** Sweep plan for this engine, ready to run. */
export interface SweepPlan extends PlanOf<SweepConfig, EngineSpec> {
  readonly model: ModelSummary;
  readonly data: Results["data"] & Required<Pick<Results["data"], "name" | "trainExamples">>;
}

/** Sweep plan for another trainer. Validation examples are known only from the first result. */
export interface CommandPlan extends PlanOf<CommandConfig, CommandSpec> {}

export type Plan = SweepPlan | CommandPlan;

/** Plan for a user's command's trials, with working directory and time limit. */
export interface CommandInputs {
  readonly plan: CommandPlan;
  readonly folder: string;
  /** Time limit in seconds for one trial, and for one evaluation. (default: none) */
  readonly timeoutSeconds?: number | undefined;
}

/** Plan for @lorank/train's trials, with the files they read. */
export interface SweepInputs {
  readonly plan: SweepPlan;
  /** Base model: a folder with config.json, and weights unless random; or a `.gguf` file. */
  readonly modelPath: string;
  /** Dataset the plan's `data.sha256` names: `encodeDataset` from @lorank/train. */
  readonly dataset: Uint8Array;
  /** Test examples the plan's `test.sha256` names. */
  readonly testExamples?: Uint8Array;
  /** Judge file the plan's `answers.sha256` names. */
  readonly judge?: Uint8Array | undefined;
}

/**
 * Plans a resolved config as trials, one per rank and seed. All ranks under a seed come before the next seed, to be
 * paired early.
 *
 * @throws InputError `E_SWEEP_CONFIG` with every bad field, one per line.
 */
export function planSweep(config: SweepConfig): SweepPlan {
  const problems = checkSettings(config);
  if (problems.length > 0) throw new InputError("E_SWEEP_CONFIG", problems.join("\n"));
  const sorted: SweepConfig = {
    ...inOrderOfCost(config),
    seeds: config.seeds.toSorted(ascending),
    lora: normalisedLora(config.lora),
    optimizer: normalisedOptimizer(config.optimizer),
  };
  const { data, examplesSha256, majorityShare, test, overlap, sharedSources, validationGroups } = sorted;
  return {
    config: sorted,
    summary: summaryOf(sorted),
    model: sorted.model,
    data: {
      name: data.name,
      trainExamples: data.trainExamples,
      validationExamples: data.validationExamples,
      ...(examplesSha256 === undefined ? {} : { examplesSha256 }),
      ...(majorityShare === undefined ? {} : { majorityShare }),
      ...(overlap === undefined ? {} : { overlap }),
      ...(sharedSources === undefined ? {} : { sharedSources }),
      ...(validationGroups === undefined ? {} : { validationGroups }),
      ...(test === undefined ? {} : { test }),
    },
    specs: byBlocks(sorted, (number, seed) => {
      const arm = armAt(sorted, number);
      return arm === undefined ? trialSpec(sorted, number, seed) : armSpec(sorted, arm, seed);
    }),
    notes: notesOn(sorted),
  };
}

/** Plans another trainer's config as trials, as {@link planSweep}. */
export function planCommand(config: CommandConfig): CommandPlan {
  const problems = checkCommand(config);
  if (problems.length > 0) throw new InputError("E_SWEEP_CONFIG", problems.join("\n"));
  const sorted: CommandConfig = { ...inOrderOfCost(config), seeds: config.seeds.toSorted(ascending) };
  const { trainer } = sorted;
  const specOf = (number: number, seed: number): CommandSpec => {
    const { name: arm, lora: own, optimizer, values } = armAt(sorted, number) ?? { lora: { rank: number } };
    const { alpha, rank, ...rest } = { ...sorted.lora, ...own };
    const ofRank = alpha && { alpha: alpha.kind === "fixed" ? alpha.alpha : rank };
    return {
      specVersion: 1,
      trainer,
      lora: { rank, ...ofRank, ...rest },
      optimizer: { ...sorted.optimizer, ...optimizer },
      ...observationsOf(sorted),
      ...(arm === undefined ? {} : { arm }),
      ...(values === undefined ? {} : { values }),
      seed,
    };
  };
  return { config: sorted, summary: summaryOf(sorted), specs: byBlocks(sorted, specOf), notes: [] };
}

function armSpec(config: SweepConfig, arm: EngineArm, seed: number): EngineSpec {
  return { ...trialSpec(settingsOfArm(config, arm), arm.lora.rank, seed), arm: arm.name };
}

export function planAgain(config: SweepConfig | CommandConfig): Plan {
  return "trainer" in config ? planCommand(config) : planSweep(config);
}

function summaryOf(config: SweepConfig | CommandConfig): PlanSummary {
  const { name, method, ranks, arms, seeds, metric, margin, confidence, secondary } = config;
  const axis = arms === undefined ? {} : { axis: axisOf(arms) };
  const beside = secondary === undefined ? {} : { secondary };
  return {
    name,
    ...(method ? { method } : {}),
    ranks,
    ...axis,
    seeds,
    metric,
    margin,
    confidence,
    ...beside,
  };
}

function byBlocks<Spec>({ ranks, seeds }: Comparison, specOf: (rank: number, seed: number) => Spec): Spec[] {
  return seeds.flatMap((seed) => ranks.map((rank) => specOf(rank, seed)));
}

/** Optimizer settings without a LoRA+ ratio of 1: equal trials must have equal ids. */
function normalisedOptimizer({ loraPlusRatio = 1, ...optimizer }: OptimizerSpec): OptimizerSpec {
  return { ...optimizer, ...(loraPlusRatio === 1 ? {} : { loraPlusRatio }) };
}

/**
 * Notes on alpha and step size. With alpha = rank, the first step grows in proportion to the rank; with a fixed alpha
 * under rsLoRA, to its square root.
 */
function notesOn({ lora, ranks, arms }: SweepConfig): string[] {
  if (ranks.length < 2 || arms !== undefined) return [];
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
