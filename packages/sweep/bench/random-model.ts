import { closeSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { type Family, type HeadModule, randomStream } from "@lorank/train/engine";
import { weightShapes } from "../../train/src/transformer/weights.ts";

/** Weights from one random tile, as a checkpoint of the model would hold them: norms with a gain of about 1 and all others small. */
export function writeModel(
  folder: string,
  config: Readonly<Record<string, unknown>>,
  family: Family,
  head: HeadModule,
): void {
  writeFileSync(join(folder, "config.json"), JSON.stringify(config));
  const weights = weightShapes(family, head).filter(({ trainedWhole }) => !trainedWhole);
  let end = 0;
  const header: Record<string, object> = {};
  for (const { name, shape } of weights) {
    const start = end;
    end += 2 * shape.reduce((size, dim) => size * dim, 1);
    header[name] = { dtype: "BF16", shape, data_offsets: [start, end] };
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const padded = new Uint8Array(Math.ceil(text.length / 8) * 8).fill(32);
  padded.set(text);
  const file = openSync(join(folder, "model.safetensors"), "w");
  const small = tile(0.02);
  const gain = new Uint16Array(small.length).fill(0x3f80); // 1 in bfloat16
  writeSync(file, new Uint8Array(BigUint64Array.of(BigInt(padded.length)).buffer));
  writeSync(file, padded);
  for (const { shape, initial } of weights) {
    const from = initial === 1 ? gain : small;
    let left = shape.reduce((size, dim) => size * dim, 1);
    for (; left > 0; left -= from.length) writeSync(file, from.subarray(0, Math.min(left, from.length)));
  }
  closeSync(file);
}

function tile(deviation: number): Uint16Array {
  const numbers = new Float32Array(2 ** 20);
  randomStream(1, "tile").fillNormal(numbers, deviation);
  return Uint16Array.from(new Uint32Array(numbers.buffer), (bits) => bits >>> 16);
}
