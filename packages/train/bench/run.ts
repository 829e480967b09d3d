/**
 * Seconds a LoRA training step, against the same machine's plain matrix multiply, and peak resident memory.
 *
 *     node --conditions=@lorank/source --import tsx bench/run.ts [--threads 2] [--steps 30] [--runtime tensorflow] [--compute bfloat16]
 *         [--base nf4] [--case starter] [--json]
 *
 * `--runtime` is a device of `lorank doctor`, or `onnx` for `cpu`. `--json` prints a line of JSON; it is for one case.
 * Each model runs in a process of its own, so that its peak memory is its own; steps and plain products alternate,
 * so that a busy machine slows both; its processor time is what to compare there. FLOP counted: 2 a multiply-add of every matrix product that the step needs
 * (forward, gradient towards activations, LoRA; the last block for one row an example), recomputation not counted.
 */

import { fork } from "node:child_process";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type ComputeDtype, float32, ops, program, type Recompute, type Runtime } from "@lorank/graph";
import { type DeviceName, deviceRuntime } from "@lorank/graph/devices";
import { benchStep, cases } from "./bench-step.ts";
import { median, stepFlop } from "./flop.ts";

/** Those that run where none is named: the others take minutes on a processor. */
const usual: readonly (keyof typeof cases)[] = ["starter", "minilm-size"];

const { values } = parseArgs({
  options: {
    threads: { type: "string", default: "2" },
    steps: { type: "string", default: "30" },
    rank: { type: "string", default: "8" },
    case: { type: "string" },
    recompute: { type: "string" },
    runtime: { type: "string", default: "onnx" },
    compute: { type: "string", default: "float32" },
    base: { type: "string", default: "float32" },
    json: { type: "boolean", default: false },
  },
});
const kinds: readonly Recompute[] = ["nothing", "cheap", "everything"];
const threads = Number(values.threads);

const compute = values.compute as ComputeDtype; // each runtime says what it has
const device = (values.runtime === "onnx" ? "cpu" : values.runtime) as DeviceName;
const makeRuntime = (): Promise<Runtime> =>
  deviceRuntime({
    device: values.runtime === "tensorflow" ? "tensorflow-cpu" : device,
    threads,
    computeDtype: compute,
  });
if (values.base !== "float32" && values.base !== "nf4")
  throw new Error(`--base must be float32 or nf4, got ${values.base}`);

if (values.case) await measure(values.case as keyof typeof cases);
else {
  console.log(
    `${cpus()[0]?.model}, ${values.runtime}, ${compute} products, ${threads} threads, Node ${process.version}, rank ${values.rank} on all linear layers`,
  );
  for (const name of usual) {
    for (const recompute of kinds) {
      const flags = [
        "--case",
        name,
        "--threads",
        values.threads,
        "--steps",
        values.steps,
        "--rank",
        values.rank,
        "--runtime",
        values.runtime,
        "--compute",
        compute,
        "--base",
        values.base,
      ];
      const child = fork(fileURLToPath(import.meta.url), [...flags, "--recompute", recompute]);
      await new Promise((done) => child.once("exit", done));
    }
  }
}

async function measure(name: keyof typeof cases): Promise<void> {
  const { config, batch, seq } = cases[name];
  const rank = Number(values.rank);
  const { family, step } = benchStep(name, {
    runtime: await makeRuntime(),
    rank,
    nf4: values.base === "nf4",
    recompute: values.recompute as Recompute | undefined,
  });
  const product = await plainProduct(batch * seq, family.hiddenSize, config.intermediate_size);
  const stepSeconds: number[] = [];
  const stepCpuSeconds: number[] = [];
  const rates: number[] = [];
  for (let i = 0; i < Number(values.steps) + 3; i++) {
    const start = performance.now();
    const cpuBefore = process.cpuUsage();
    await step();
    const cpu = process.cpuUsage(cpuBefore);
    const end = performance.now();
    const rate = await product();
    if (i < 3) continue; // compilation and first touches
    stepSeconds.push((end - start) / 1000);
    stepCpuSeconds.push((cpu.user + cpu.system) / 1e6);
    rates.push(rate);
  }
  const seconds = median(stepSeconds);
  const achieved = stepFlop(family, config, { batch, seq, rank }) / seconds / 1e9;
  const plain = median(rates);
  const peak = process.resourceUsage().maxRSS / 1024;
  if (values.json) {
    const milliseconds = seconds * 1000;
    const row = { case: name, device, compute, base: values.base, batch, seq, rank, threads, milliseconds };
    console.log(JSON.stringify({ ...row, gflops: achieved, plainGflops: plain, peakMebibytes: peak }));
    process.exit(0); // a runtime's threads must not keep the process
  }
  console.log(
    `${name}, ${batch} × ${seq} tokens, ${compute} on a ${values.base} base, ${values.recompute ?? "what is cheap"} recomputed: ${(seconds * 1000).toFixed(0)} ms a step (${(median(stepCpuSeconds) * 1000).toFixed(0)} ms of processor time), ` +
      `${((batch * seq) / seconds).toFixed(0)} tokens/s, ${achieved.toFixed(0)} GFLOP/s = ${((100 * achieved) / plain).toFixed(0)} % of the plain product's ${plain.toFixed(0)}, ` +
      `peak ${peak.toFixed(0)} MiB`,
  );
}

/** The rate in GFLOP/s of x W for the feed-forward layer's own shape: the most that a step could reach. */
async function plainProduct(rows: number, inDim: number, outDim: number): Promise<() => Promise<number>> {
  const runtime = await makeRuntime();
  const y = ops.matMul(ops.input("x", [rows, inDim]), ops.input("w", [inDim, outDim]));
  const w = { w: float32([inDim, outDim]) };
  const bound = runtime.bindsConstants === true; // as the base's weights are
  const executable = await runtime.compile(program({ y }), bound ? { constants: w } : {});
  const feeds = { x: float32([rows, inDim]), ...(bound ? {} : w) };
  const into = { y: float32([rows, outDim]) };
  const repeats = 20;
  return async () => {
    const start = performance.now();
    for (let i = 0; i < repeats; i++) await executable.run(feeds, into);
    return (repeats * 2 * rows * inDim * outDim) / ((performance.now() - start) / 1000) / 1e9;
  };
}
