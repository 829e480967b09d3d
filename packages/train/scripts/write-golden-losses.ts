/**
 * Writes `test/fixtures/golden-losses.json`, the losses of three trainings of 100 steps on committed models:
 *
 *     node --conditions=@lorank/source --import tsx scripts/write-golden-losses.ts
 *
 * That is right only where the arithmetic of training was changed on purpose (a formula, an order of operations, a draw)
 * or a new ONNX Runtime rounds otherwise, and the commit says by how much the losses moved. With `print` it
 * prints the losses and writes nothing.
 *
 * **Bits and tolerance.** One machine gives the same bits in every process. Another kind of processor has other kernels,
 * which sum in another order. A sum of n terms in float32 is then off by up to λ·√n·u of its size, u = 2⁻²⁴, with a
 * probability that is close to 1 for small λ (Higham and Mary, A new approach to probabilistic rounding error analysis,
 * 2019). So each case is trained {@link noisyRuns} times more with every output of every program moved by 2·λ·√n·u of its
 * tensor's largest, up or down at random: two kernels, each off to its own side. The largest change that this makes to a
 * loss is the tolerance. It stands in the fixture.
 */

import { rmSync, writeFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { modelDigest } from "@lorank/checkpoint";
import { modelAt } from "@lorank/checkpoint/files";
import type { EngineSpec, LoraSpec } from "@lorank/evidence/results";
import { floats, type Runtime } from "@lorank/graph";
import { onnxRuntime } from "@lorank/graph/devices";
import { loadTrial, trialModel } from "../src/base/trial-model.ts";
import { lengthsOf } from "../src/batches/batches.ts";
import type { TokenizedDataset } from "../src/data/dataset.ts";
import { trialInputs } from "../src/node/trials.ts";
import { type RandomStream, randomStream } from "../src/random/random.ts";
import { newLearner } from "../src/trial/learner.ts";
import { trainAdapter } from "../src/trial/run-trial.ts";
import { asLanguage, tinyConfig, tinyDataset, tinyTrial } from "../test/helpers/tiny.ts";

export const goldenFile = new URL("../test/fixtures/golden-losses.json", import.meta.url);

/** Losses of each step in nats, and how far those of another kind of processor may be from them. */
export type Golden = Record<string, { readonly tolerance: number; readonly losses: readonly number[] }>;

interface Case {
  /** A folder of `test/fixtures`. */
  readonly model: string;
  readonly data: TokenizedDataset;
  readonly lora: Partial<LoraSpec>;
  readonly change?: (spec: EngineSpec) => Partial<EngineSpec>;
}

const texts = tinyDataset(40); // 5 steps an epoch

/** By name. */
const goldenCases: Readonly<Record<string, Case>> = {
  LoRA: {
    model: "llama-tiny/classifier",
    data: texts,
    lora: {
      rank: 4,
      targetModules: ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"],
    },
  },
  "QLoRA (NF4)": {
    model: "llama-tiny/causal-untied-rslora",
    data: asLanguage(texts),
    lora: { rank: 4, scalingRule: "rslora" },
    change: ({ base }) => ({
      base: { ...base, quantization: { format: "nf4", blockSize: 64, doubleQuant: true } },
    }),
  },
  "DoRA with dropout and LoRA+": {
    model: "families/llama-dora",
    data: asLanguage(texts),
    lora: { rank: 2, dora: true, dropout: 0.1 },
    change: ({ optimizer }) => ({ optimizer: { ...optimizer, loraPlusRatio: 4 } }),
  },
};

const noisyRuns = 4;
/** What every output is moved by, as a share of its tensor's largest. */
const noise = (() => {
  const lambda = 2;
  const terms = 160; // the longest sum: a gradient's, over a micro-batch of 8 texts of at most 20 tokens
  return 2 * lambda * Math.sqrt(terms) * 2 ** -24;
})();

/** The loss of each of a case's 100 steps. */
export async function lossesOf(
  { model: folder, data: dataset, lora, change }: Case,
  runtime: Runtime,
): Promise<number[]> {
  const modelPath = fileURLToPath(new URL(`../test/fixtures/${folder}`, import.meta.url));
  const tiny = tinyTrial(lora, { epochs: 20, microBatchSize: 8 }, tinyConfig, dataset);
  try {
    const base = { kind: "pretrained", name: "tiny", sha256: modelDigest(modelAt(modelPath)) } as const;
    const plain: EngineSpec = { ...tiny.spec, base };
    const spec: EngineSpec = { ...plain, ...change?.(plain) };
    const trial = loadTrial(spec, trialInputs({ ...tiny.resources, modelPath }));
    const { data, trained } = trial;
    const { padTokenId } = trial.base.family;
    const model = trialModel(trial, runtime);
    const learner = newLearner(spec, trained, lengthsOf(data.train));
    const { lossCurve } = await trainAdapter(model, learner, data.train, padTokenId, () => {});
    await model.dispose();
    return lossCurve.map(({ loss }) => loss);
  } finally {
    rmSync(tiny.folder, { recursive: true });
  }
}

/** A runtime whose every number is off, as on a machine that rounds in another way. */
function noisy(runtime: Runtime, random: RandomStream): Runtime {
  return {
    name: runtime.name,
    device: runtime.device,
    async compile(program, options) {
      const executable = await runtime.compile(program, options);
      return {
        async run(feeds, into) {
          const outputs = await executable.run(feeds, into);
          for (const tensor of Object.values(outputs))
            if (tensor.dtype === "float32") disturb(floats(tensor), random);
          return outputs;
        },
        dispose: () => executable.dispose(),
      };
    },
  };
}

/** Zeros stay: they are of no sum, but of what is masked or not there. */
function disturb(data: Float32Array, random: RandomStream): void {
  let largest = 0;
  for (const x of data) largest = Math.max(largest, Math.abs(x));
  for (let i = 0; i < data.length; i++)
    if (data[i] !== 0) data[i]! += (random.integer(2) === 0 ? -1 : 1) * noise * largest;
}

/** The largest difference of two loss curves at a step. */
export function largestGap(a: readonly number[], b: readonly number[]): number {
  return Math.max(...a.map((loss, i) => Math.abs(loss - b[i]!)));
}

async function golden(one: Case): Promise<Golden[string]> {
  const losses = await lossesOf(one, await onnxRuntime());
  let tolerance = 0;
  for (let run = 0; run < noisyRuns; run++) {
    const runtime = noisy(await onnxRuntime(), randomStream(run, "noise"));
    tolerance = Math.max(tolerance, largestGap(losses, await lossesOf(one, runtime)));
  }
  return { tolerance, losses };
}

/** The losses of all cases, by name. */
export async function allLosses(): Promise<Record<string, number[]>> {
  const all: Record<string, number[]> = {};
  for (const [name, one] of Object.entries(goldenCases)) all[name] = await lossesOf(one, await onnxRuntime());
  return all;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  if (process.argv[2] === "print") process.stdout.write(JSON.stringify(await allLosses()));
  else {
    const all: Record<string, unknown> = {};
    for (const [name, one] of Object.entries(goldenCases)) all[name] = await golden(one);
    writeFileSync(goldenFile, `${JSON.stringify(all, null, 1)}\n`);
  }
}
