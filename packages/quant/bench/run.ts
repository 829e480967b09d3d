/**
 * Weights a second, quantising and dequantising: the median of rounds that take each measurement in turn. It counts
 * seconds of CPU time, which other programs on the machine disturb less than the clock.
 *
 *     npm run bench            (in this folder; the same for bitsandbytes: scripts/reference/nf4_bench.py)
 */
import { execFileSync } from "node:child_process";
import { availableParallelism, cpus, loadavg } from "node:os";
import { dequantize4bit, type Format4bit, type Quantized4bit, quantize4bit } from "../src/index.ts";
import type { QuantizeOptions } from "../src/quantize.ts";
import { normalDraws } from "../test/normal-draws.ts";

const count = 4_194_304; // 2048 × 2048: a projection of a 1B model
const rounds = 15;

interface Setting extends QuantizeOptions {
  readonly format: Format4bit;
}

const settings: readonly Setting[] = [
  { format: "nf4" },
  { format: "nf4", doubleQuant: true },
  { format: "fp4" },
  { format: "nf4", blockSize: 4096 },
];
const weights = normalDraws(count, 1, 0.02);
const into = new Float32Array(count);
const quantized: readonly Quantized4bit[] = settings.map((setting) => quantize4bit(weights, setting));

const measurements = settings.flatMap((setting, index) => [
  { name: `quantise ${nameOf(setting)}`, run: () => quantize4bit(weights, setting).codes[0]! },
  { name: `dequantise ${nameOf(setting)}`, run: () => dequantize4bit(quantized[index]!)[0]! },
]);
measurements.push({
  name: "dequantise the first into an array",
  run: () => dequantize4bit(quantized[0]!, { into })[0]!,
});
const seconds = measurements.map((): number[] => []);
let consumed = 0; // so that no run can be left out
for (let round = -2; round < rounds; round++) {
  for (const [index, { run }] of measurements.entries()) {
    const start = process.cpuUsage();
    consumed += run();
    const { user, system } = process.cpuUsage(start); // microseconds
    if (round >= 0) seconds[index]!.push((user + system) / 1e6); // two rounds warm up
  }
}

const load = loadavg().map((value) => value.toFixed(1));
console.log(
  `${cpus()[0]?.model}, ${availableParallelism()} cores, load ${load.join(" ")}, Node ${process.version}, ${commit()}`,
);
console.log(
  `${count} weights, median and best of ${rounds} interleaved rounds, million weights a CPU second`,
);
for (const [index, { name }] of measurements.entries()) {
  const sorted = seconds[index]!.toSorted((a, b) => a - b);
  console.log(`${name.padEnd(34)} ${rate(sorted[rounds >> 1]!)} ${rate(sorted[0]!)}`);
}
if (!Number.isFinite(consumed)) throw new Error("a run gave no number");

function nameOf({ format, blockSize = 64, doubleQuant = false }: Setting): string {
  return `${format}, blocks of ${blockSize}${doubleQuant ? ", double" : ""}`;
}

function rate(time: number): string {
  return (count / time / 1e6).toFixed(0).padStart(6);
}

function commit(): string {
  return execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
}
