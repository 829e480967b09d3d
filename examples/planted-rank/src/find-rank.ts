import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Decision } from "@lorank/core";
import { onnxRuntime } from "@lorank/graph";
import { planSweep, runSweep } from "@lorank/sweep";
import { datasetSha256, encodeDataset, plantedRankTask } from "@lorank/train";

export interface FindRankOptions {
  /** The rank that is planted. */
  readonly planted: number;
  readonly ranks: readonly number[];
  readonly seeds: readonly number[];
  /** Folder of the sweep. */
  readonly out: string;
  readonly trialsAtOnce: number;
}

export interface FoundRank {
  readonly decision: Decision;
  /** Mean log loss of the teacher itself on the validation targets: no student can expect less. */
  readonly teacherLogLoss: number;
}

/** The difference in log loss, in nats, that counts as none. */
const MARGIN = 0.01;
const TASK_SEED = 7;

/** Plants a rank-k change, sweeps over ranks, and returns what the data say. */
export async function findRank({
  planted,
  ranks,
  seeds,
  out,
  trialsAtOnce,
}: FindRankOptions): Promise<FoundRank> {
  const runtime = await onnxRuntime();
  const options = { rank: planted, trainExamples: 1500, validationExamples: 400, seed: TASK_SEED, size: 10 };
  const task = await plantedRankTask(options, runtime);
  const configText = JSON.stringify(task.config);
  const dataset = encodeDataset(task.dataset);
  const [modelFolder, datasetFile] = [join(out, "model"), join(out, "data.json")];
  mkdirSync(modelFolder, { recursive: true });
  writeFileSync(join(modelFolder, "config.json"), configText);
  writeFileSync(datasetFile, dataset);

  const plan = planSweep({
    name: task.dataset.name,
    base: {
      kind: "random",
      name: "planted",
      configSha256: createHash("sha256").update(configText).digest("hex"),
      seed: TASK_SEED,
    },
    data: {
      name: task.dataset.name,
      sha256: datasetSha256(dataset),
      trainExamples: options.trainExamples,
      validationExamples: options.validationExamples,
    },
    task: task.dataset.task,
    lora: {
      alpha: { kind: "fixed", alpha: 16 },
      scalingRule: "lora",
      dropout: 0,
      targetModules: [task.targetModule],
    },
    optimizer: {
      name: "adamw",
      learningRate: 0.01,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      weightDecay: 0,
      maxGradientNorm: 1,
      schedule: "linear",
      warmupRatio: 0.05,
      epochs: 6,
      batchSize: 32,
      microBatchSize: 32,
    },
    ranks,
    seeds,
    metric: "log-loss",
    margin: MARGIN,
    confidence: 0.95,
    model: { name: "planted", totalParams: totalParams(task.base), layers: 1, hiddenSize: 48 },
  });
  const { results } = await runSweep(plan, {
    out: join(out, "sweep"),
    modelFolder,
    datasetFile,
    trialsAtOnce,
    threads: 1,
    onEvent: () => {},
  });
  if (!results) throw new Error("the sweep did not finish");
  return { decision: results.decision, teacherLogLoss: task.teacherLogLoss };
}

function totalParams(base: ReadonlyMap<string, { readonly data: { readonly length: number } }>): number {
  return [...base.values()].reduce((sum, { data }) => sum + data.length, 0);
}
