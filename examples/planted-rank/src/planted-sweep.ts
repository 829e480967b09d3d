import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onnxRuntime } from "@lorank/graph/devices";
import { planSweep, type RunOptions, runOptions, type SweepConfig, type SweepInputs } from "@lorank/sweep";
import { encodeDataset } from "@lorank/train/data";
import { type PlantedRankOptions, type PlantedRankTask, plantedRankTask } from "./planted-rank.ts";

/** How much there is to learn from, and how it is learned. */
export interface Training {
  /** Texts of 32 tokens. */
  readonly trainExamples: number;
  readonly validationExamples: number;
  /** Predictions of a text that are learned. (default: all 32) */
  readonly targetsPerText?: number;
  readonly epochs: number;
  readonly learningRate: number;
}

export interface PlantedSweepOptions {
  /** The rank that is planted. */
  readonly planted: number;
  readonly ranks: readonly number[];
  readonly seeds: readonly number[];
  /** Folder for the base and the sweep. */
  readonly folder: string;
  readonly trialsAtOnce: number;
  /** The difference in log loss, in nats, that counts as none. */
  readonly margin: number;
  readonly training: Training;
  /** Seed of the base, the teacher and the texts. (default 7) */
  readonly taskSeed?: number;
  /** Blocks of the base, and the layers that are changed: as in {@link plantedRankTask}. */
  readonly task?: Pick<PlantedRankOptions, "blocks" | "changed">;
  /** Names of the adapted layers. (default: the changed layer's) */
  readonly targetModules?: readonly string[];
}

export interface PlantedSweep {
  /** All ranks under all seeds, by the grid. */
  readonly config: SweepConfig;
  /** What the trials of a plan of it read. */
  readonly files: Omit<SweepInputs, "plan">;
  readonly out: string;
  readonly run: RunOptions;
  readonly task: PlantedRankTask;
}

/** Plants a rank-k change, and makes what a sweep that looks for it needs: the base's config, on disk, and the data. */
export async function plantedSweep(options: PlantedSweepOptions): Promise<PlantedSweep> {
  const { planted, folder, ranks, seeds, margin, taskSeed = 7 } = options;
  const { epochs, learningRate, ...texts } = options.training;
  const { trainExamples, validationExamples } = texts;
  const task = await plantedRankTask(
    { rank: planted, ...texts, seed: taskSeed, size: 10, ...options.task },
    await onnxRuntime(),
  );
  const configText = JSON.stringify(task.config);
  const dataset = encodeDataset(task.dataset);
  const modelPath = join(folder, "model");
  mkdirSync(modelPath, { recursive: true });
  writeFileSync(join(modelPath, "config.json"), configText);
  const { config } = planSweep({
    name: task.dataset.name,
    base: {
      kind: "random",
      name: "planted",
      configSha256: createHash("sha256").update(configText).digest("hex"),
      seed: taskSeed,
    },
    data: {
      name: task.dataset.name,
      sha256: createHash("sha256").update(dataset).digest("hex"),
      trainExamples,
      validationExamples,
    },
    task: task.dataset.task,
    lora: {
      alpha: { kind: "fixed", alpha: 16 },
      scalingRule: "lora",
      dropout: 0,
      targetModules: options.targetModules ?? [task.targetModule],
    },
    optimizer: {
      name: "adamw",
      learningRate,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      weightDecay: 0,
      maxGradientNorm: 1,
      schedule: "linear",
      warmupRatio: 0.05,
      epochs,
      batchSize: 32,
      microBatchSize: 32,
    },
    ranks,
    seeds,
    metric: "log-loss",
    margin,
    confidence: 0.95,
    model: {
      name: "planted",
      totalParams: totalParams(task.base),
      layers: options.task?.blocks ?? 1,
      hiddenSize: 48,
    },
  });
  const run = runOptions({ trialsAtOnce: options.trialsAtOnce });
  const out = join(folder, "sweep");
  return { config, files: { modelPath, dataset }, out, run, task };
}

function totalParams(base: ReadonlyMap<string, { readonly data: { readonly length: number } }>): number {
  return [...base.values()].reduce((sum, { data }) => sum + data.length, 0);
}
