/**
 * Seconds and processor seconds a training step of one trial, and peak resident memory: trials stacked over one base, one after the other, and
 * side by side in processes of one thread each.
 *
 *     node --conditions=@lorank/source --import tsx bench/stacked.ts [--threads 2] [--rounds 15] [--ranks 8,8,8,8] [--only "starter 2 × 32 nf4"]
 *
 * Each way has processes of its own, so that its peak memory is its own; the ways take turns, so that a busy machine slows
 * all of them, and what is compared is the median of the ratios within a round. Optimiser and data are not in the step.
 */

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { targetLayers } from "@lorank/core";
import { onnxRuntime } from "@lorank/graph/devices";
import { noAdapter } from "../src/adapter/shape.ts";
import { initialAdapter, initialHead, randomBase } from "../src/base/initial-weights.ts";
import { quantizeBase } from "../src/base/quantize-base.ts";
import { familyOf } from "../src/families/families.ts";
import { stackTensors } from "../src/stacked/stack.ts";
import type { MicroBatch } from "../src/transformer/batch.ts";
import type { BaseWeight } from "../src/transformer/parameters.ts";
import { Transformer } from "../src/transformer/transformer.ts";
import { median } from "./flop.ts";
import { models } from "./models.ts";

type ModelName = keyof typeof models;

/** The allocator's settings under which a sweep runs its trials (packages/sweep/src/trial-environment.ts). */
const pool = {
  MALLOC_MMAP_THRESHOLD_: String(32 * 2 ** 20),
  MALLOC_TRIM_THRESHOLD_: String(2 ** 40),
  MALLOC_ARENA_MAX: "1",
};

/** What one process is there for. */
interface Job {
  readonly model: ModelName;
  readonly batch: number;
  readonly seq: number;
  readonly base: "float32" | "nf4";
  readonly ranks: readonly number[];
  readonly stacked: boolean;
  readonly threads: number;
}

const { values } = parseArgs({
  options: {
    threads: { type: "string", default: "2" },
    rounds: { type: "string", default: "15" },
    ranks: { type: "string", default: "8,8,8,8" },
    only: { type: "string", default: "" },
    job: { type: "string" },
  },
});

if (values.job) await serve(JSON.parse(values.job) as Job);
else {
  const ranks = values.ranks.split(",").map(Number);
  console.log(`${cpus()[0]?.model}, ${values.threads} threads, Node ${process.version}, ranks ${ranks}`);
  const shapes = [
    ["starter", 16, 128],
    ["starter", 2, 32],
    ["minilm-size", 4, 128],
    ["minilm-size", 1, 32],
  ] as const;
  for (const [model, batch, seq] of shapes)
    for (const base of ["float32", "nf4"] as const)
      if (`${model} ${batch} × ${seq} ${base}`.includes(values.only))
        await compare({ model, batch, seq, base, ranks });
}

async function compare(shape: Pick<Job, "model" | "batch" | "seq" | "base" | "ranks">): Promise<void> {
  const threads = Number(values.threads);
  const { ranks } = shape;
  const half = Math.ceil(ranks.length / threads);
  const start = (job: Pick<Job, "ranks" | "stacked" | "threads">) => startJob({ ...shape, ...job });
  const ways = {
    stacked: [start({ ranks, stacked: true, threads })],
    "one after the other": [start({ ranks, stacked: false, threads })],
    "side by side": Array.from({ length: threads }, (_, i) =>
      start({ ranks: ranks.slice(i * half, (i + 1) * half), stacked: false, threads: 1 }),
    ),
  };
  const rounds = new Map<string, Round[]>(Object.keys(ways).map((name) => [name, []]));
  for (let round = -2; round < Number(values.rounds); round++) {
    for (const [name, children] of Object.entries(ways)) {
      const begin = performance.now();
      const answers = await Promise.all(children.map(ask));
      const seconds = (performance.now() - begin) / 1000 / ranks.length;
      const cpuSeconds = total(answers.map((answer) => answer.cpuSeconds)) / ranks.length;
      const peakBytes = total(answers.map((answer) => answer.peakBytes));
      // The first rounds compile and touch memory for the first time.
      if (round >= 0) rounds.get(name)!.push({ seconds, cpuSeconds, peakBytes });
    }
  }
  for (const children of Object.values(ways)) for (const child of children) child.disconnect();
  console.log(`${shape.model}, ${shape.batch} × ${shape.seq} tokens, ${shape.base}:`);
  for (const [name, own] of rounds) {
    const ratio = (field: keyof Round): string =>
      median(own.map((round, i) => round[field] / rounds.get("one after the other")![i]![field])).toFixed(2);
    const ms = (1000 * median(own.map(({ seconds }) => seconds))).toFixed(1);
    const mib = (own.at(-1)!.peakBytes / 2 ** 20).toFixed(0);
    console.log(`  ${name}: ${ms} ms, × ${ratio("seconds")}; processor × ${ratio("cpuSeconds")}; ${mib} MiB`);
  }
}

interface Round {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

function startJob(job: Job): ChildProcess {
  return fork(fileURLToPath(import.meta.url), ["--job", JSON.stringify(job)], {
    env: { ...pool, ...process.env },
  });
}

/** Has a process make one step of each of its trials. */
async function ask(child: ChildProcess): Promise<Omit<Round, "seconds">> {
  child.send("step");
  const [answer] = (await once(child, "message")) as [Omit<Round, "seconds">];
  return answer;
}

async function serve(job: Job): Promise<void> {
  const steps = await stepsOf(job);
  process.on("message", async () => {
    const before = process.cpuUsage();
    for (const step of steps) await step();
    const { user, system } = process.cpuUsage(before);
    process.send!({
      cpuSeconds: (user + system) / 1e6,
      peakBytes: process.resourceUsage().maxRSS * 1024,
    } satisfies Omit<Round, "seconds">);
  });
  process.on("disconnect", () => process.exit(0));
}

/** One function for each pass through the base: one a trial, or one for all. */
async function stepsOf({
  model,
  batch,
  seq,
  base,
  ranks,
  stacked,
  threads,
}: Job): Promise<(() => Promise<void>)[]> {
  const family = familyOf(models[model]);
  const head = family.head({ kind: "classification", labels: 2 });
  const targets = targetLayers(head.shape, "all-linear");
  const drawn: Map<string, BaseWeight> = randomBase(family, head, 0);
  const weights =
    base === "nf4" ? quantizeBase(family, head, drawn, { format: "nf4", blockSize: 64 }) : drawn;
  const runtime = await onnxRuntime({ threads });
  const trainedAt = (rank: number, seed: number) =>
    new Map([...initialAdapter(targets, rank, seed), ...initialHead(family, head, seed)]);
  const modules = (rank: number, scaling: number) =>
    new Map(targets.map(({ path }) => [path, { rank, scaling }] as const));

  if (stacked) {
    const stack = stackTensors(ranks.map(trainedAt));
    const model = new Transformer({
      family,
      head,
      runtime,
      adapter: {
        ...noAdapter,
        modules: modules(Math.max(...ranks), 1),
        stack: { scalings: ranks.map((rank) => 32 / rank) },
      },
      parameters: new Map([...weights, ...stack.tensors]),
    });
    return [stepOn(model, microBatch(batch * ranks.length, seq), batch)];
  }
  // Trials of one rank share a model: one after the other, only one of them is there at a time.
  const byRank = new Map<number, Transformer>();
  return ranks.map((rank, seed) => {
    const known = byRank.get(rank);
    const model =
      known ??
      new Transformer({
        family,
        head,
        runtime,
        adapter: { ...noAdapter, modules: modules(rank, 32 / rank) },
        parameters: new Map([...weights, ...trainedAt(rank, seed)]),
      });
    byRank.set(rank, model);
    return stepOn(model, microBatch(batch, seq), batch);
  });
}

function stepOn(model: Transformer, batch: MicroBatch, targets: number): () => Promise<void> {
  const gradients = new Map<string, Float32Array>();
  return async () => {
    await model.trainStep(batch, 1 / targets, gradients);
  };
}

function microBatch(batch: number, seq: number): MicroBatch {
  return {
    inputIds: Int32Array.from({ length: batch * seq }, (_, i) => (i * 7919) % models.starter.vocab_size),
    lengths: new Array<number>(batch).fill(seq),
    seq,
    targets: Int32Array.from({ length: batch }, (_, i) => i % 2),
  };
}
