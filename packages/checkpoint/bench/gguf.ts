/**
 * Seconds and peak memory of reading all tensors of a GGUF as float32, one at a time, and of its header and tokenizer.
 *
 *     npm run bench -- <file.gguf>      (in this folder)
 *
 * Seconds are of CPU time, the smallest of some rounds: other programs on the machine disturb it less than the clock.
 */

import { statSync } from "node:fs";
import { availableParallelism, cpus, loadavg } from "node:os";
import { modelAt } from "../src/files/model-folder.ts";
import { modelConfig, modelWeights } from "../src/model/model.ts";
import { modelTokenizer } from "../src/model/tokenizer.ts";

const rounds = 7;
const path = process.argv[2];
if (path === undefined) throw new Error("usage: npm run bench -- <file.gguf>");

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
const peak = () => process.resourceUsage().maxRSS * 1024;

let elements = 0;
let largest = 0;
function readAll(): void {
  const weights = modelWeights(modelAt(path!));
  elements = 0;
  for (const [name, { byteLength }] of weights.tensors) {
    const { length } = weights.readFloat32(name);
    elements += length;
    largest = Math.max(largest, byteLength + 4 * length);
  }
  weights.close();
}

function seconds(run: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const start = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(start);
    best = Math.min(best, (user + system) / 1e6);
  }
  return best;
}

const before = peak();
readAll();
const after = peak();
const tensors = seconds(readAll);
const rows: readonly (readonly [string, string])[] = [
  ["file", `${megabytes(statSync(path).size)} MB, ${(elements / 1e6).toFixed(1)} million elements`],
  ["config", `${seconds(() => modelConfig(modelAt(path))).toFixed(3)} s`],
  [
    "all tensors as float32",
    `${tensors.toFixed(3)} s, ${(elements / 1e6 / tensors).toFixed(0)} million a second`,
  ],
  [
    "peak memory of the process",
    `${megabytes(before)} MB before, ${megabytes(after)} MB after the first reading`,
  ],
  ["largest tensor, stored and as float32", `${megabytes(largest)} MB`],
  ["tokenizer", `${seconds(() => modelTokenizer(modelAt(path))).toFixed(3)} s`],
  ["machine", `${cpus()[0]?.model ?? "?"}, ${availableParallelism()} cores, Node ${process.version}`],
  [
    "load",
    loadavg()
      .map((load) => load.toFixed(1))
      .join(" "),
  ],
];
for (const [name, value] of rows) console.log(`${name.padEnd(40)}${value}`);
