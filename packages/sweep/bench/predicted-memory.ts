/**
 * Predicted against measured peak memory of trials, each run in a process as a sweep runs it.
 *
 *     node --conditions=@lorank/source --import tsx bench/predicted-memory.ts [--threads 2] [--case <part of a name>]
 *
 * Weights are random bfloat16 of the models' published sizes, texts random tokens; a trial trains for two steps and evaluates
 * one full batch. The peak does not depend on what else runs on the machine.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { modelDigest } from "@lorank/checkpoint";
import { modelAt } from "@lorank/checkpoint/files";
import { sha256Hex } from "@lorank/checkpoint/sha256";
import type { EngineSpec } from "@lorank/evidence/results";
import { type MemoryPrediction, predictTrialMemory } from "@lorank/train";
import { encodeDataset, type TokenizedDataset } from "@lorank/train/data";
import { type Family, familyOf, randomStream } from "@lorank/train/engine";
import { startWorker } from "../src/executor/worker-process.ts";
import type { Job } from "../src/plan/job.ts";
import { SweepStore } from "../src/store/store.ts";
import type { EnginePlace } from "../src/trainers/engine.ts";
import { type MemoryCase, memoryCases, smallestCase } from "./memory-cases.ts";
import { writeModel } from "./random-model.ts";

const { values } = parseArgs({
  options: {
    threads: { type: "string", default: "2" },
    case: { type: "string", default: "" },
    parts: { type: "boolean", default: false },
  },
});

interface Measured {
  readonly predicted: MemoryPrediction;
  readonly measured: number;
}

const MB = 1e6;
console.log(`${cpus()[0]?.model}, ${values.threads} threads, Node ${process.version}, ${process.platform}`);
const { measured: processBytes } = await measure(smallestCase);
console.log(`the smallest trial, which holds next to nothing: ${(processBytes / MB).toFixed(1)} MB\n`);
console.log("| model | task | rank | texts × tokens | base | predicted MB | measured MB | error | phase |");
console.log("| --- | --- | ---: | --- | --- | ---: | ---: | ---: | --- |");
for (const one of memoryCases.filter((each) => nameOf(each).includes(values.case))) {
  const { predicted, measured } = await measure(one, processBytes);
  const error = predicted.allocatedBytes / measured - 1;
  console.log(
    `| ${nameOf(one)} | ${(predicted.allocatedBytes / MB).toFixed(0)} | ${(measured / MB).toFixed(0)} | ${(100 * error).toFixed(1)} % | ${predicted.peakPhase} |`,
  );
  if (values.parts)
    console.log(
      Object.entries(predicted.parts)
        .map(([part, bytes]) => `${part} ${(bytes / MB).toFixed(1)}`)
        .join(", "),
    );
}

function nameOf({ model, task, rank, microBatch, seq, mixed, quantization, dropout }: MemoryCase): string {
  const base = quantization ? `NF4${quantization.doubleQuant ? ", twice" : ""}` : "float32";
  const texts = `${microBatch} × ${mixed ? "16 to " : ""}${seq}${dropout ? `, dropout ${dropout}` : ""}`;
  return `${model} | ${task} | ${rank} | ${texts} | ${base}`;
}

async function measure(one: MemoryCase, processBytes?: number): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), "lorank-memory-"));
  try {
    const data = randomTexts(one);
    const { task } = data;
    const family = familyOf(one.config);
    const head = family.head(
      task.kind === "classification" ? { kind: task.kind, labels: task.labels.length } : task,
    );
    writeModel(folder, one.config, family, head);
    const bytes = encodeDataset(data);
    const datasetFile = join(folder, "data.json");
    writeFileSync(datasetFile, bytes);
    const spec = specOf(one, data, modelDigest(modelAt(folder)), sha256Hex(bytes), family);
    const store = new SweepStore(join(folder, "out"));
    const trialId = store.addSpec(spec);
    const output = join(folder, "output.txt");
    const resources = { modelPath: folder, datasetFile, threads: Number(values.threads) };
    const work = { kind: "train", trialId } as const;
    const job: Job & EnginePlace = { out: store.out, resources, ...work };
    const { code } = await startWorker(job, output).ended;
    if (code !== 0) throw new Error(readFileSync(output, "utf8"));
    const predicted = await predictTrialMemory(spec, { config: one.config, data, processBytes });
    return { predicted, measured: store.readResult(trialId).measured.peakResidentBytes! };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function randomTexts({ config, task, seq, microBatch, mixed }: MemoryCase): TokenizedDataset {
  const texts = (split: string, count: number) =>
    Array.from({ length: count }, (_, i) => {
      const stream = randomStream(1, "texts", split, i);
      const length = mixed && i % 8 > 0 ? 16 + stream.integer(seq - 16) : seq;
      const inputIds = Array.from({ length }, () => 1 + stream.integer((config.vocab_size as number) - 2));
      return { id: `${split}-${i}`, inputIds };
    });
  const train = texts("train", (mixed ? 16 : 2) * microBatch);
  const validation = texts("validation", Math.max(2, Math.ceil(2048 / seq)));
  if (task === "classification") {
    const labelled = (all: typeof train) => all.map((text, i) => ({ ...text, label: i % 2 }));
    return {
      name: "random",
      task: { kind: task, labels: ["a", "b"] },
      train: labelled(train),
      validation: labelled(validation),
    };
  }
  const continued = (
    all: typeof train, // the last half is a response
  ) =>
    all.map(({ id, inputIds }) => ({
      id,
      inputIds,
      labels: inputIds.map((_, i) => (2 * i < inputIds.length ? -100 : (inputIds[i + 1] ?? -100))),
    }));
  return { name: "random", task: { kind: task }, train: continued(train), validation: continued(validation) };
}

function specOf(
  one: MemoryCase,
  { task, train, validation }: TokenizedDataset,
  modelHash: string,
  dataHash: string,
  family: Family,
): EngineSpec {
  const { model, rank, microBatch, quantization, dropout = 0 } = one;
  return {
    specVersion: 1,
    base: { kind: "pretrained", name: model, sha256: modelHash, ...(quantization ? { quantization } : {}) },
    data: {
      name: "random",
      sha256: dataHash,
      trainExamples: train.length,
      validationExamples: validation.length,
    },
    task,
    lora: {
      rank,
      alpha: 16,
      scalingRule: "lora",
      dropout,
      targetModules: family.linears.map(({ path }) => path).sort(),
    },
    optimizer: {
      name: "adamw",
      learningRate: 1e-4,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      weightDecay: 0,
      maxGradientNorm: 1,
      schedule: "linear",
      warmupRatio: 0,
      epochs: 1,
      batchSize: microBatch,
      microBatchSize: microBatch,
    },
    seed: 0,
  };
}
