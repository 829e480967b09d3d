/**
 * Does the pretrained base earn its place? The same LoRA on the pretrained base and on a random one, and the head alone.
 *
 *     node --conditions=@lorank/source --import tsx bench/run.ts --base pretrained --ranks 0,1,4,8,16,32 --seeds 0,1,2
 *
 * Rank 0 trains the head on the frozen base. Prints one line a trial and a table of means.
 */

import { createHash } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { modelConfig, modelDigest } from "@lorank/checkpoint";
import { modelAt } from "@lorank/checkpoint/files";
import type { BaseWeights, EngineSpec } from "@lorank/evidence/results";
import { runTrial } from "@lorank/train";
import { encodeDataset } from "@lorank/train/data";
import { modelFolder as starterFolder } from "../src/index.ts";
import { emailDataset } from "./email-dataset.ts";

const { values } = parseArgs({
  options: {
    base: { type: "string", default: "pretrained" },
    model: { type: "string", default: starterFolder },
    ranks: { type: "string", default: "0,1,4,8,16,32" },
    seeds: { type: "string", default: "0,1,2" },
    train: { type: "string", default: "600" },
    validation: { type: "string", default: "1000" },
    length: { type: "string", default: "128" },
    epochs: { type: "string", default: "2" },
    batch: { type: "string", default: "16" },
    alpha: { type: "string", default: "32" },
    rate: { type: "string", default: "2e-3" },
    decay: { type: "string", default: "0.01" },
    threads: { type: "string", default: "1" },
  },
});

const list = (text: string): number[] => text.split(",").map(Number);
const dataset = emailDataset({
  train: Number(values.train),
  validation: Number(values.validation),
  maxLength: Number(values.length),
});
const bytes = encodeDataset(dataset);
const datasetFile = join(mkdtempSync(join(tmpdir(), "lorank-bench-")), "data.json");
writeFileSync(datasetFile, bytes);

const base: BaseWeights =
  values.base === "random"
    ? { kind: "random", name: "starter", configSha256: modelConfig(modelAt(values.model)).sha256, seed: 0 }
    : { kind: "pretrained", name: "starter", sha256: modelDigest(modelAt(values.model)) };

function specOf(rank: number, seed: number): EngineSpec {
  return {
    specVersion: 1,
    base,
    data: {
      name: dataset.name,
      sha256: createHash("sha256").update(bytes).digest("hex"),
      trainExamples: dataset.train.length,
      validationExamples: dataset.validation.length,
    },
    task: dataset.task,
    lora: {
      rank,
      alpha: Number(values.alpha),
      scalingRule: "lora",
      dropout: 0,
      targetModules: ["down_proj", "gate_proj", "k_proj", "o_proj", "q_proj", "up_proj", "v_proj"],
    },
    optimizer: {
      name: "adamw",
      learningRate: Number(values.rate),
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      weightDecay: Number(values.decay),
      maxGradientNorm: 1,
      schedule: "linear",
      warmupRatio: 0.06,
      epochs: Number(values.epochs),
      batchSize: Number(values.batch),
      microBatchSize: Number(values.batch),
    },
    seed,
  };
}

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
const majority = Math.max(
  ...[0, 1].map((label) => mean(dataset.validation.map((e) => (e.label === label ? 1 : 0)))),
);
console.log(`base ${values.base}, majority class ${majority.toFixed(3)}`);
for (const rank of list(values.ranks)) {
  const accuracies: number[] = [];
  const losses: number[] = [];
  const seconds: number[] = [];
  const phases: string[] = [];
  for (const seed of list(values.seeds)) {
    const { result } = await runTrial(specOf(rank, seed), {
      modelPath: values.model,
      datasetFile,
      threads: Number(values.threads),
    });
    accuracies.push(result.evaluation?.accuracy ?? Number.NaN);
    losses.push(result.evaluation?.logLoss ?? Number.NaN);
    seconds.push(result.measured.seconds.total);
    phases.push(
      Object.entries(result.measured.seconds)
        .map(([phase, time]) => `${phase} ${time.toFixed(1)}`)
        .join(" "),
    );
  }
  const each = accuracies.map((x) => x.toFixed(3)).join(" ");
  console.log(
    `rank ${rank}: accuracy ${mean(accuracies).toFixed(4)} (${each}), log loss ${mean(losses).toFixed(4)}, ${mean(seconds).toFixed(1)} s a trial`,
  );
}
