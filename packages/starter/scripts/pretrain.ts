/**
 * Makes `model/model.safetensors`: trains the starter's base on the corpus and writes the weights and the loss
 * curve. Takes about half an hour on two cores; the same machine gives the same bytes.
 *
 *     node --conditions=@lorank/source --import tsx scripts/pretrain.ts [--out FOLDER] [--steps N] [--threads N]
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { safetensorsParts } from "@lorank/checkpoint";
import { writeFileAtomic } from "@lorank/checkpoint/disk";
import { floats } from "@lorank/graph";
import { onnxRuntime } from "@lorank/graph/devices";
import { familyOf, randomBase } from "@lorank/train/engine";
import { modelFolder } from "../src/index.ts";
import { tokenizeCorpus } from "./token-stream.ts";
import { pretrain } from "./train-base.ts";

/** The starter's architecture, as transformers names it. */
export const config = {
  architectures: ["LlamaForCausalLM"],
  model_type: "llama",
  hidden_size: 192,
  intermediate_size: 512,
  num_hidden_layers: 4,
  num_attention_heads: 6,
  num_key_value_heads: 3,
  head_dim: 32,
  vocab_size: 4096,
  max_position_embeddings: 512,
  rms_norm_eps: 1e-5,
  rope_theta: 10_000,
  hidden_act: "silu",
  initializer_range: 0.03,
  attention_bias: false,
  attention_dropout: 0,
  mlp_bias: false,
  tie_word_embeddings: true,
  bos_token_id: 0,
  eos_token_id: 0,
  pad_token_id: 1,
  dtype: "float32",
} as const;

export const recipe = {
  seq: 192,
  batch: 12,
  epochs: 2,
  /** How often an e-mail occurs in an epoch: the task's own kind of text counts for more than the books. */
  emailRepeats: 2,
  learningRate: 2.5e-3,
  warmupRatio: 0.02,
  maxGradientNorm: 1,
  beta1: 0.9,
  beta2: 0.95,
  epsilon: 1e-8,
  weightDecay: 0.1,
  seed: 20_261_124,
} as const;

export interface CurvePoint {
  readonly step: number;
  readonly tokens: number;
  /** Mean over the steps since the last point, in nats a token. */
  readonly loss: number;
}

/** Steps that one point of the stored loss curve averages. */
const CURVE_EVERY = 50;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      out: { type: "string", default: modelFolder },
      steps: { type: "string" },
      threads: { type: "string", default: "2" },
    },
  });
  const out = values.out;
  mkdirSync(out, { recursive: true });
  const family = familyOf(config);
  const parameters = randomBase(family, family.head({ kind: "causal-lm" }), recipe.seed);
  const { ids, documents } = tokenizeCorpus();
  // Each document with the separator before it.
  const spans = documents.flatMap(({ source, start, length }) =>
    new Array<{ start: number; length: number }>(source === "email" ? recipe.emailRepeats : 1).fill({
      start: start - 1,
      length: length + 1,
    }),
  );
  const runtime = await onnxRuntime({ threads: Number(values.threads) });
  const curve: CurvePoint[] = [];
  let sum = 0;
  const started = performance.now();
  const save = (): void => {
    const tensors = new Map(
      [...parameters].map(([name, { shape, data }]) => [
        name,
        { shape, data: floats({ dtype: "float32", shape, data }) },
      ]),
    );
    writeFileAtomic(join(out, "model.safetensors"), safetensorsParts(tensors, { format: "pt" }));
    writeFileAtomic(join(out, "config.json"), `${JSON.stringify(config, null, 2)}\n`);
    writeFileSync(join(out, "loss-curve.json"), `${JSON.stringify({ recipe, curve })}\n`);
  };
  await pretrain(
    {
      ...recipe,
      family,
      runtime,
      parameters,
      ids,
      documents: spans,
      // Norms do not decay.
      adamw: { ...recipe, decays: (name) => !name.includes("norm") },
      ...(values.steps ? { stopAfter: Number(values.steps) } : {}),
    },
    ({ step, steps, loss }) => {
      sum += loss;
      if (step % CURVE_EVERY !== 0) return;
      curve.push({
        step,
        tokens: step * recipe.seq * recipe.batch,
        loss: Number((sum / CURVE_EVERY).toFixed(4)),
      });
      sum = 0;
      const seconds = (performance.now() - started) / 1000;
      console.log(
        `step ${step} of ${steps}  loss ${curve.at(-1)!.loss}  ${(curve.at(-1)!.tokens / seconds).toFixed(0)} tokens/s`,
      );
      if (step % 500 === 0) save();
    },
  );
  save();
}

if (process.argv[1] && import.meta.url.endsWith(process.argv[1].split("/").at(-1)!)) await main();
