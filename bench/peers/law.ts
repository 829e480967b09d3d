/**
 * Time and memory of a QLoRA step on the CPU over shapes of published models: NF4 with double quantisation, blocks
 * computed again in the backward pass, next-token loss, LoRA on all linear layers. Weights are drawn at random.
 *
 *     node --conditions=@lorank/source --import tsx bench/peers/law.ts measure [CASE…] >> law.jsonl
 *     node --conditions=@lorank/source --import tsx bench/peers/law.ts plot law.jsonl bench/step-law.svg
 *
 * A case is MODEL,TEXTSxTOKENS,RANK[,STEPS], such as qwen2.5-14b,4x128,8,1; without one all of `usual` are measured. `plot` fits
 * the lines, prints them and draws them.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { modelShapeFromConfig } from "@lorank/core/models";
import { powerLaw } from "../plot/laws.ts";
import { startSide } from "./driver/side.ts";
import { median } from "./driver/statistics.ts";
import { type LawRow, stepLawSvg } from "./driver/step-law-plot.ts";

/** Layers, hidden and intermediate size, heads, key-value heads, vocabulary; whether the output matrix is the embeddings. */
const shapes = {
  "smollm2-135m": ["llama", 30, 576, 1536, 9, 3, 49_152, true],
  "qwen2.5-0.5b": ["qwen2", 24, 896, 4864, 14, 2, 151_936, true],
  "llama-3.2-1b": ["llama", 16, 2048, 8192, 32, 8, 128_256, true],
  "qwen2.5-1.5b": ["qwen2", 28, 1536, 8960, 12, 2, 151_936, true],
  "llama-3.2-3b": ["llama", 28, 3072, 8192, 24, 8, 128_256, true],
  "llama-3.1-8b": ["llama", 32, 4096, 14_336, 32, 8, 128_256, false],
  "qwen2.5-14b": ["qwen2", 48, 5120, 13_824, 40, 8, 152_064, false],
  "qwen2.5-32b": ["qwen2", 64, 5120, 27_648, 40, 8, 152_064, false],
} as const;

const usual = [
  "smollm2-135m,4x128,8",
  "qwen2.5-0.5b,4x128,8",
  "llama-3.2-1b,4x128,8",
  "qwen2.5-1.5b,4x128,8",
  "llama-3.2-3b,4x128,8,1",
  "smollm2-135m,1x128,8",
  "smollm2-135m,8x128,8",
  "smollm2-135m,16x128,8",
  "smollm2-135m,1x512,8",
  "qwen2.5-0.5b,1x128,8",
  "qwen2.5-0.5b,8x128,8",
  "llama-3.2-1b,1x128,8",
  "smollm2-135m,4x128,64",
  "qwen2.5-0.5b,4x128,64",
  "llama-3.2-1b,4x128,64",
];

const threads = 2;
const [what, ...rest] = process.argv.slice(2);
if (what === "measure")
  for (const one of rest.length > 0 ? rest : usual) console.log(JSON.stringify(await measure(one)));
else if (what === "plot") plot(rest[0]!, rest[1]!);
else throw new Error(`the first word must be measure or plot, got ${what}`);

async function measure(one: string): Promise<LawRow> {
  const [, model = "", batch, seq, rank, steps = "3"] =
    /^([^,]+),(\d+)x(\d+),(\d+)(?:,(\d+))?$/.exec(one) ?? [];
  if (!(model in shapes)) throw new Error(`a case must be MODEL,TEXTSxTOKENS,RANK[,STEPS], got ${one}`);
  const config = configOf(shapes[model as keyof typeof shapes]);
  const folder = mkdtempSync(join(tmpdir(), "lorank-law-"));
  try {
    writeFileSync(join(folder, "config.json"), JSON.stringify(config));
    const side = await startSide({
      ...{ stack: "lorank", base: "nf4-dq", task: "causal-lm", recompute: true, model: folder, threads },
      ...{ batch: Number(batch), seq: Number(seq), rank: Number(rank) },
    });
    if ("skip" in side.ready) throw new Error(side.ready.skip);
    await side.run(1); // compiles
    const { seconds, cpuSeconds, peakBytes, losses } = await side.run(Number(steps));
    side.close();
    if (!losses.every(Number.isFinite)) throw new Error(`the loss of ${one} must stay finite, got ${losses}`);
    const { layers, hiddenSize, totalParams } = modelShapeFromConfig(config);
    return {
      ...{ model, tokens: Number(batch) * Number(seq), seq: Number(seq), rank: Number(rank) },
      /** Weights that a token is multiplied with: the embeddings once, as the output matrix. */
      multiplied: totalParams - (config.tie_word_embeddings ? 0 : config.vocab_size * hiddenSize),
      ...{ layers, hiddenSize, trained: side.ready.trained },
      ...{ seconds: median(seconds), cpuSeconds: cpuSeconds / Number(steps), peakBytes },
      predictedBytes: side.ready.predictedBytes!,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function configOf(shape: (typeof shapes)[keyof typeof shapes]) {
  const [modelType, layers, hidden, intermediate, heads, keyValueHeads, vocabulary, tied] = shape;
  return {
    model_type: modelType,
    num_hidden_layers: layers,
    hidden_size: hidden,
    intermediate_size: intermediate,
    num_attention_heads: heads,
    num_key_value_heads: keyValueHeads,
    vocab_size: vocabulary,
    max_position_embeddings: 8192,
    rms_norm_eps: 1e-5,
    rope_theta: 10_000,
    hidden_act: "silu",
    initializer_range: 0.02,
    tie_word_embeddings: tied,
  };
}

function plot(from: string, to: string): void {
  const rows = readFileSync(from, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as LawRow);
  const rank8 = rows.filter(({ rank }) => rank === 8);
  const work = rank8.map(({ tokens, multiplied, cpuSeconds }) => [tokens * multiplied, cpuSeconds] as const);
  const time = powerLaw(work);
  console.log(
    `processor time: ${time.factor.toExponential(3)} s × (tokens × weights)^${time.exponent.toFixed(3)}, points within ` +
      `${percent(time.least - 1)} to ${percent(time.most - 1)}`,
  );
  for (const row of rank8) {
    const small = rank8.find(({ model, tokens }) => model === row.model && tokens === 128);
    if (small === undefined || row.seq !== small.seq || row === small) continue;
    const growth = (row.peakBytes - small.peakBytes) / (activations(row) - activations(small));
    console.log(
      `${row.model}, 128 to ${row.tokens} tokens: ${growth.toFixed(2)} × (4 bytes × layers × tokens × hidden)`,
    );
  }
  const predicted = rows.map(({ peakBytes, predictedBytes }) => predictedBytes / peakBytes - 1);
  console.log(`predicted memory: ${percent(Math.min(...predicted))} to ${percent(Math.max(...predicted))}`);
  for (const row of rows.filter(({ rank }) => rank !== 8)) {
    const same = rank8.find(({ model, tokens }) => model === row.model && tokens === row.tokens)!;
    console.log(
      `${row.model}, ${row.tokens} tokens, rank ${row.rank} against 8: processor time ${percent(row.cpuSeconds / same.cpuSeconds - 1)}, ` +
        `memory ${((row.peakBytes - same.peakBytes) / 1e6).toFixed(0)} MB for ${((row.trained - same.trained) / 1e6).toFixed(1)} million more trained parameters`,
    );
  }
  writeFileSync(to, stepLawSvg(rows, time));
}

/** Inputs of the blocks in float32. */
function activations({ layers, tokens, hiddenSize }: LawRow): number {
  return 4 * layers * tokens * hiddenSize;
}

function percent(share: number): string {
  return `${share >= 0 ? "+" : "−"}${Math.abs(100 * share).toFixed(1)} %`;
}
