/**
 * Decoding 4-bit weights: million weights a second on the host's vector instructions, in a plain loop, and by
 * onnxruntime's own operators on one thread. Medians of rounds that take each in turn.
 *
 *     npm run bench            (in this folder)
 */
import { cpus } from "node:os";
import { DecodeArena } from "../src/decode-4bit/arena.ts";
import { onnxRuntime } from "../src/devices.ts";
import { float32, program } from "../src/index.ts";
import { input, reshape } from "../src/ops/arrays.ts";
import { decode4bit } from "../src/ops/mat-mul.ts";
import { uint8 } from "../src/tensor.ts";

const size = 1536 * 576; // a feed-forward matrix of SmolLM2-135M
const rounds = 25;
const levels = Array.from({ length: 16 }, (_, i) => Math.fround(i / 7.5 - 1));
const codes = Uint8Array.from({ length: size / 2 }, (_, i) => (i * 89) & 255);
const absmax = new Float32Array(size / 64).fill(0.05);

const arena = new DecodeArena();
const coded = { codes, absmax, levels, blockSize: 64, size };
const weight = decode4bit(
  reshape(input("codes", [size / 2, 1], "uint8"), [size / 2]),
  input("absmax", [size / 64]),
  { levels, blockSize: 64, shape: [size] },
);
const operators = await (await onnxRuntime()).compile(program({ weight }));
const feeds = { codes: uint8([size / 2, 1], codes), absmax: float32([size / 64], absmax) };
const into = { weight: float32([size]) };
const plain = new Float32Array(size);

const ways: Readonly<Record<string, () => unknown>> = {
  "vector instructions": () => arena.decode([coded]),
  "plain loop": () => {
    for (let i = 0; i < size; i += 2) {
      const byte = codes[i >> 1]!;
      const scale = absmax[i >> 6]!;
      plain[i] = levels[byte >> 4]! * scale;
      plain[i + 1] = levels[byte & 15]! * scale;
    }
  },
  "onnxruntime's operators": () => operators.run(feeds, into),
};
const seconds = new Map(Object.keys(ways).map((name) => [name, [] as number[]]));
for (let round = -3; round < rounds; round++) {
  for (const [name, run] of Object.entries(ways)) {
    const start = performance.now();
    await run();
    if (round >= 0) seconds.get(name)!.push((performance.now() - start) / 1000);
  }
}
console.log(`${cpus()[0]?.model}, Node ${process.version}, ${size} weights, median of ${rounds} rounds`);
for (const [name, all] of seconds) {
  const median = all.sort((a, b) => a - b)[rounds >> 1]!;
  console.log(`${name.padEnd(24)} ${(size / median / 1e6).toFixed(0).padStart(6)} million weights a second`);
}
