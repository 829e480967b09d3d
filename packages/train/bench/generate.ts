/**
 * Tokens a second of `generate`, greedily, after a prompt of 32 tokens, beside transformers and llama.cpp on the same
 * processor:
 *
 *   node --conditions=@lorank/source --import tsx bench/generate.ts MODEL [--python PYTHON] [--llama-cpp FOLDER]
 *       [--steps 32] [--after 2] [--threads 2] [--case <part of a name>]
 *
 * The first `--after` tokens of an answer are not timed. From 66 on, weights are copied; before, they are not.
 *
 * MODEL is a `.gguf` file that all read. FOLDER is what `.ci/set-up-llama-cpp` prints. The runs alternate three times;
 * each line has the medians. Only the peers that are named run. transformers runs with and without its cache, and its
 * NF4 is that of bitsandbytes. llama.cpp computes with the file's own 4 bits, so one figure stands beside both of ours.
 * Processor time is what to compare on a busy machine, with one thread: threads that wait for each other spin.
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
    "llama-cpp": { type: "string" },
    steps: { type: "string", default: "32" },
    after: { type: "string", default: "2" },
    threads: { type: "string", default: "2" },
    case: { type: "string", default: "" },
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

/** Milliseconds of a token of every row, without those of the prompt and the first tokens. */
interface Measured {
  readonly wall: number;
  readonly processor?: number;
}

async function ours({ rows, nf4 }: Case): Promise<Measured> {
  const quantization = { format: "nf4", blockSize: 64 } as const;
  const loaded = adaptedModel({
    model: modelAt(path!),
    task: "causal-lm",
    runtime: await onnxRuntime({ threads: Number(values.threads) }),
    ...(nf4 ? { quantization } : {}),
  });
  const prompts = Array.from({ length: rows }, () => prompt);
  let tokens = 0;
  let start = 0;
  let before = process.cpuUsage();
  for await (const { kind } of generate(loaded, prompts, {
    maxNewTokens: steps + after,
    endTokens: [],
    batch: rows,
  })) {
    if (kind !== "token") continue;
    tokens++;
    if (tokens !== after * rows) continue;
    start = performance.now(); // the first step has compiled its programs
    before = process.cpuUsage();
  }
  const wall = (performance.now() - start) / steps;
  const { user, system } = process.cpuUsage(before);
  await loaded.model.dispose();
  return { wall, processor: (user + system) / 1000 / steps };
}

function llamaCpp({ rows }: Case): Measured {
  const script = new URL("llama-cpp-rate.mjs", import.meta.url).pathname;
  const options = [values["llama-cpp"]!, path!, String(rows), values.steps, values.after, values.threads];
  const printed = execFileSync(process.execPath, [script, ...options], { encoding: "utf8" });
  return JSON.parse(printed.trim().split("\n").at(-1)!) as Measured;
}

function transformers({ rows, nf4, cache }: Case): Measured {
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
  return { wall: Number(printed.trim().split("\n").at(-1)) };
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[numbers.length >> 1]!;

const rate = (rows: number, ms: number) => `${((1000 * rows) / ms).toFixed(1)} tokens/s`;

const chosen = cases.filter(({ name }) => name.includes(values.case));
for (const each of chosen.filter((one) => one.cache || values.python !== undefined)) {
  const { rows, cache } = each;
  const programs = [
    { name: "ours", run: ours, wanted: true },
    { name: "transformers", run: transformers, wanted: values.python !== undefined },
    { name: "llama.cpp", run: llamaCpp, wanted: values["llama-cpp"] !== undefined && cache },
  ].filter(({ wanted }) => wanted);
  const runs = programs.map((): Measured[] => []);
  for (let round = 0; round < 3; round++)
    for (const [i, { run }] of programs.entries()) runs[i]!.push(await run(each));
  const own = median(runs[0]!.map(({ wall }) => wall));
  const results = programs.map(({ name }, i) => {
    const wall = median(runs[i]!.map((one) => one.wall));
    const processor = runs[i]!.flatMap((one) => one.processor ?? []);
    const time = processor.length > 0 ? ` (${median(processor).toFixed(1)} ms of processor time a step)` : "";
    const ratio = i > 0 ? `, ours is ${(wall / own).toFixed(2)} times as fast` : "";
    return `${name} ${rate(rows, wall)}${time}${ratio}`;
  });
  console.log(`${each.name}: ${results.join("; ")}`);
}
