/**
 * The training step in LoRAnk, as a process that waits to be told how many steps to do: `python/step.py` in TypeScript,
 * with the same argument and the same lines.
 */

import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { modelConfig } from "@lorank/checkpoint";
import { modelAt } from "@lorank/checkpoint/files";
import { targetNames } from "@lorank/core/models";
import { floats, type Tensor } from "@lorank/graph";
import { onnxRuntime } from "@lorank/graph/devices";
import { predictEngineMemory } from "@lorank/train";
import { type Base, type MicroBatch, Transformer, untrainedAdapter } from "@lorank/train/engine";
import { createAdamW } from "../../../packages/train/src/optimizer/adamw.ts";
import { optimizerStep } from "../../../packages/train/src/optimizer/optimizer-step.ts";
import type { Ready, Steps, Work } from "../driver/work.ts";
import { frozenBase, headOf, quantizationOf } from "./frozen-base.ts";

/** The target of a text's last token, which nothing follows. */
const NO_TARGET = -100;
const work = JSON.parse(process.argv[2]!) as Work;
const recompute = work.recompute ? "everything" : "cheap";
const step = await trainer(frozenBase(work));
for await (const line of createInterface({ input: process.stdin })) {
  const seconds: number[] = [];
  const losses: number[] = [];
  const cpuStart = process.cpuUsage();
  for (let left = Number(line); left > 0; left--) {
    const start = performance.now();
    losses.push(await step());
    seconds.push((performance.now() - start) / 1000);
  }
  const { user, system } = process.cpuUsage(cpuStart); // microseconds
  const peakBytes = process.resourceUsage().maxRSS * 1024; // reported in KiB
  reply({ seconds, cpuSeconds: (user + system) / 1e6, losses, peakBytes });
}

/** Loads, says what is trained, and gives one step: forward, loss, backward, clip, AdamW. */
async function trainer(base: Base): Promise<() => Promise<number>> {
  const { family, head, weights } = base;
  const lora = {
    rank: work.rank,
    alpha: 32,
    scalingRule: "lora",
    dropout: 0,
    targetModules: targetNames(head.shape),
  } as const;
  const { shape, parameters: trained } = untrainedAdapter(lora, base, 0);
  // The head is the checkpoint's.
  for (const name of trained.keys()) if (weights.has(name)) trained.set(name, weights.get(name) as Tensor);
  const model = new Transformer({
    family,
    head,
    runtime: await onnxRuntime({ threads: work.threads }),
    adapter: shape,
    parameters: new Map([...weights, ...trained]),
    recompute,
  });
  const parameters = new Map([...trained].map(([name, tensor]) => [name, floats(tensor)]));
  const gradients = new Map([...parameters].map(([name, { length }]) => [name, new Float32Array(length)]));
  const optimizer = createAdamW(parameters, { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 });
  const options = {
    microBatches: [microBatch(family.vocabSize)],
    learningRate: 1e-4,
    maxGradientNorm: 1,
  };
  const sizes = [...parameters.values()].map(({ length }) => length);
  reply({
    trained: sizes.reduce((sum, size) => sum + size, 0),
    versions: versions(),
    predictedBytes: await predicted(),
  });
  return () => optimizerStep(model, optimizer, gradients, options);
}

async function predicted(): Promise<number> {
  const { model, rank, batch, seq } = work;
  const quantization = quantizationOf(work);
  const { allocatedBytes } = await predictEngineMemory({
    ...{
      config: modelConfig(modelAt(model)).config,
      head: headOf(work),
      rank,
      microBatch: batch,
      seq,
      recompute,
    },
    ...(quantization && { quantization }),
    evaluates: false,
  });
  return allocatedBytes;
}

function microBatch(vocabSize: number): MicroBatch {
  const { batch, seq, task } = work;
  const inputIds = Int32Array.from({ length: batch * seq }, (_, i) => (i * 7919) % vocabSize);
  const targets =
    task === "classification"
      ? Int32Array.from({ length: batch }, (_, row) => row % 2)
      : inputIds.map((_, i) => (i % seq === seq - 1 ? NO_TARGET : inputIds[i + 1]!));
  return { inputIds, lengths: new Array<number>(batch).fill(seq), seq, targets };
}

function versions(): string {
  const require = createRequire(import.meta.url);
  const { version } = require("onnxruntime-node/package.json") as { version: string };
  return `Node ${process.version}, onnxruntime-node ${version}`;
}

function reply(message: Ready | Steps): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
