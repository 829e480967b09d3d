/**
 * Tokens a second of `generate`, greedily, after a prompt of 32 tokens, beside transformers on the same processor:
 *
 *   node --conditions=@lorank/source --import tsx bench/generate.ts MODEL [--python PYTHON] [--steps 32] [--after 2]
 *
 * The first `--after` tokens of an answer are not timed. From 66 on, weights are copied; before, they are not.
 *
 * MODEL is a `.gguf` file that both read. The runs alternate three times; each line has the medians. Without `--python`,
 * only ours run. transformers runs with and without its cache, and its NF4 is that of bitsandbytes.
 */
import { execFileSync } from "node:child_process";
import { parseArgs } from "node:util";
import { modelAt } from "@lorank/checkpoint/files";
import { onnxRuntime } from "@lorank/graph/devices";
import { adaptedModel, generate } from "../src/engine.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    python: { type: "string" },
    steps: { type: "string", default: "32" },
    after: { type: "string", default: "2" },
  },
});
const [path] = positionals;
if (path === undefined) throw new Error("a model must be named: bench/generate.ts MODEL");
const [steps, after] = [Number(values.steps), Number(values.after)];
const prompt = Array.from({ length: 32 }, (_, i) => 1000 + 37 * i);

interface Case {
  readonly name: string;
  readonly rows: number;
  readonly nf4: boolean;
  readonly cache: boolean;
}

const cases: readonly Case[] = [
  { name: "float32, batch 1", rows: 1, nf4: false, cache: true },
  { name: "float32, batch 16", rows: 16, nf4: false, cache: true },
  { name: "NF4, batch 1", rows: 1, nf4: true, cache: true },
  { name: "NF4, batch 16", rows: 16, nf4: true, cache: true },
  { name: "float32, batch 1, peer without cache", rows: 1, nf4: false, cache: false },
];

/** Milliseconds of a token of every row, without those of the prompt. */
async function ours({ rows, nf4 }: Case): Promise<number> {
  const quantization = { format: "nf4", blockSize: 64 } as const;
  const loaded = adaptedModel({
    model: modelAt(path!),
    task: "causal-lm",
    runtime: await onnxRuntime({ threads: 2 }),
    ...(nf4 ? { quantization } : {}),
  });
  const prompts = Array.from({ length: rows }, () => prompt);
  let tokens = 0;
  let start = 0;
  for await (const { kind } of generate(loaded, prompts, { maxNewTokens: steps + after, batch: rows })) {
    if (kind !== "token") continue;
    tokens++;
    if (tokens === after * rows) start = performance.now(); // the first step has compiled its programs
  }
  const milliseconds = (performance.now() - start) / steps;
  await loaded.model.dispose();
  return milliseconds;
}

function peers({ rows, nf4, cache }: Case): number {
  const script = new URL("../../../scripts/reference/generate_bench.py", import.meta.url).pathname;
  const options = [
    `--rows=${rows}`,
    `--steps=${steps}`,
    `--after=${after}`,
    ...(nf4 ? ["--nf4"] : []),
    ...(cache ? [] : ["--no-cache"]),
  ];
  const printed = execFileSync(values.python!, [script, path!, ...options], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  return Number(printed.trim().split("\n").at(-1));
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[numbers.length >> 1]!;

for (const each of cases) {
  const own: number[] = [];
  const peer: number[] = [];
  for (let round = 0; round < 3; round++) {
    own.push(await ours(each));
    if (values.python !== undefined) peer.push(peers(each));
  }
  const rate = (ms: number) => `${((1000 * each.rows) / ms).toFixed(1)} tokens/s`;
  const beside =
    peer.length === 0
      ? ""
      : `, transformers ${rate(median(peer))}, ${(median(peer) / median(own)).toFixed(2)} times as fast`;
  console.log(`${each.name}: ${rate(median(own))}${beside}`);
}
