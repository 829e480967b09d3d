import { InputError } from "@lorank/core";
import { compressAbsmax, restoreAbsmax } from "./double-quant.ts";
import {
  assertQuantized,
  type BlockSize,
  blockSizeProblems,
  byteLevels4bit,
  countBlocks,
  quantizeDefaults as d,
  type Format4bit,
  nestedBlockSize,
  type Quantized4bit,
  type Table4bit,
  table4bit,
} from "./quantized.ts";

/** Table cells per unit of x, so many that no two bounds share a cell (FP4's lie 0.0026 apart). */
const cellsPerUnit = 1024;

/** Finds the place of x in [-1, 1] with a table look-up and a comparison. */
interface PlaceFinder {
  /** [2049] by `trunc((x + 1) · 1024)`: count of bounds in lower cells. */
  readonly firstPlace: Uint8Array;
  /** [16] bound between each place and the next. */
  readonly bounds: Float32Array;
  readonly codeAt: Uint8Array;
}

/** Exact search: the cell number never falls as x rises, so only the bound in x's own cell needs comparing. */
export function placeFinder({ bounds, codeAt }: Table4bit): PlaceFinder {
  const firstPlace = new Uint8Array(2 * cellsPerUnit + 1);
  for (let cell = 0; cell < firstPlace.length; cell++) {
    let place = 0;
    while (place < 15 && cellOf(bounds[place]!) < cell) place++;
    firstPlace[cell] = place;
  }
  return { firstPlace, bounds, codeAt };
}

/** Truncation keeps an x that rounding carried beyond in the outermost cell. */
export function cellOf(x: number): number {
  return ((x + 1) * cellsPerUnit) | 0;
}

/** Level nearest to x in [-1, 1]; on a tie the lower, as in torch.bucketize. */
export function nearestCode({ firstPlace, bounds, codeAt }: PlaceFinder, x: number): number {
  const place = firstPlace[cellOf(x)]!;
  return codeAt[x > bounds[place]! ? place + 1 : place]!;
}

export interface QuantizeOptions {
  /** Count of weights that share an absmax (default 64). */
  readonly blockSize?: BlockSize;
  /** Double quantisation: absmax values in 8 bits too (default false). */
  readonly doubleQuant?: boolean;
}

const finders = { nf4: placeFinder(table4bit("nf4")), fp4: placeFinder(table4bit("fp4")) };

/** Smallest divisor in bitsandbytes, subnormal in float32. */
const smallestScale = Math.fround(1e-38);

/**
 * Quantises `weights` [length] block by block to the levels nearest to `weight / absmax`, absmax the block's largest
 * magnitude. Blocks run flat over the array, across rows. Rounds as bitsandbytes on a CPU: whole blocks multiply by a
 * float32 reciprocal, a short last block divides; ties take the lower level. Throws E_QUANTIZE unless `weights` are
 * finite and at least one; also where double quantisation rounds an absmax to infinity. Source: QLoRA, section 3,
 * https://arxiv.org/abs/2305.14314
 */
export function quantize4bit<Format extends Format4bit = "nf4">(
  weights: Float32Array,
  options: QuantizeOptions & { readonly format?: Format } = {},
): Quantized4bit<Format> {
  const { format = d.format as Format, blockSize = d.blockSize, doubleQuant = d.doubleQuant } = options;
  assertQuantizable(weights, format, blockSize);
  const { length } = weights;
  const finder = finders[format];
  const codes = new Uint8Array(Math.ceil(length / 2));
  const values = new Float32Array(countBlocks(length, blockSize));
  const wholeBlocks = Math.floor(length / blockSize);
  for (let block = 0; block < values.length; block++) {
    const start = block * blockSize;
    const end = Math.min(start + blockSize, length);
    const absmax = absmaxOf(weights, start, end);
    const scale = Math.max(absmax, smallestScale);
    if (block < wholeBlocks) {
      values[block] = absmax;
      const reciprocal = Math.fround(1 / scale);
      for (let i = start; i < end; i += 2) {
        const high = nearestCode(finder, Math.fround(weights[i]! * reciprocal));
        const low = nearestCode(finder, Math.fround(weights[i + 1]! * reciprocal));
        codes[i >> 1] = (high << 4) | low;
      }
    } else {
      values[block] = scale; // bitsandbytes stores the bounded absmax of a short block
      for (let i = start; i < end; i += 2) {
        const high = nearestCode(finder, Math.fround(weights[i]! / scale));
        const low = nearestCode(finder, i + 1 < end ? Math.fround(weights[i + 1]! / scale) : 0);
        codes[i >> 1] = (high << 4) | low;
      }
    }
  }
  const absmax = doubleQuant ? compressedAbsmax(values) : { kind: "float32" as const, values };
  return { format, length, blockSize, codes, absmax };
}

function absmaxOf(weights: Float32Array, start: number, end: number): number {
  let absmax = 0;
  let poison = 0; // becomes NaN if any weight is NaN or infinite
  for (let i = start; i < end; i++) {
    const magnitude = Math.abs(weights[i]!);
    if (magnitude > absmax) absmax = magnitude;
    poison += magnitude * 0;
  }
  if (poison === 0) return absmax;
  const bad = weights.findIndex((weight) => !Number.isFinite(weight));
  throw new InputError("E_QUANTIZE", `weights must be finite, got ${weights[bad]} at index ${bad}`);
}

function compressedAbsmax(values: Float32Array): ReturnType<typeof compressAbsmax> {
  const absmax = compressAbsmax(values);
  const at = restoreAbsmax(absmax).findIndex((value) => !Number.isFinite(value));
  if (at < 0) return absmax;
  throw new InputError(
    "E_QUANTIZE",
    `weights must be small enough for double quantisation, got ${values[at]}, which 8 bits round to infinity`,
  );
}

function assertQuantizable(weights: Float32Array, format: string, blockSize: number): void {
  const problems = blockSizeProblems(blockSize);
  if (!Object.hasOwn(finders, format))
    problems.push(`format must be "nf4" or "fp4", got ${JSON.stringify(format)}`);
  if (weights.length === 0) problems.push("weights must hold at least one value, got 0");
  if (problems.length > 0) throw new InputError("E_QUANTIZE", problems.join("\n"));
}

export interface DequantizeOptions {
  /** Array to write into, [length]; reuse it over many layers to avoid garbage. */
  readonly into?: Float32Array;
}

const pairsOf = { nf4: byteLevels4bit("nf4"), fp4: byteLevels4bit("fp4") };

/**
 * Restored weights [length]: level · the block's absmax, in float32. Throws E_QUANTIZED if parts do not fit each other,
 * E_INTO if `into` has another length.
 */
export function dequantize4bit(quantized: Quantized4bit, options: DequantizeOptions = {}): Float32Array {
  assertQuantized(quantized);
  const { format, length, blockSize, codes } = quantized;
  const { into = new Float32Array(length) } = options;
  if (into.length !== length) {
    throw new InputError("E_INTO", `into must have length ${length}, got ${into.length}`);
  }
  const pairs = pairsOf[format];
  const absmaxes = restoreAbsmax(quantized.absmax);
  const evenLength = length - (length % 2);
  for (let block = 0, start = 0; start < evenLength; block++, start += blockSize) {
    const absmax = absmaxes[block]!;
    const end = Math.min(start + blockSize, evenLength);
    for (let i = start; i < end; i += 2) {
      const pair = codes[i >> 1]! << 1;
      into[i] = pairs[pair]! * absmax;
      into[i + 1] = pairs[pair + 1]! * absmax;
    }
  }
  if (evenLength < length) into[evenLength] = pairs[codes.at(-1)! << 1]! * absmaxes.at(-1)!;
  return into;
}

/** Bytes for a quantised weight, by part. */
export interface Storage4bit {
  /** Code bytes, two weights a byte. */
  readonly codesBytes: number;
  /** Bytes of all absmax: per block 4, or 1 under double quantisation. */
  readonly absmaxBytes: number;
  /** Bytes for double quantisation's constants: 4 per 256 blocks, and 4 for the offset; else 0. */
  readonly nestedBytes: number;
  readonly totalBytes: number;
  readonly bytesPerWeight: number;
}

/**
 * Storage for `length` weights, in bytes. Large tensors at block size 64 take 0.5 + 4 / 64 = 0.5625 bytes a weight.
 * Double quantisation makes that 0.5 + 1 / 64 + 4 / (64 · 256) = 0.515869. Excludes the level tables (16 and 256
 * floats) that bitsandbytes repeats beside every weight.
 */
export function storage4bit(length: number, options: QuantizeOptions = {}): Storage4bit {
  const { blockSize = d.blockSize, doubleQuant = d.doubleQuant } = options;
  const problems = blockSizeProblems(blockSize);
  if (!Number.isSafeInteger(length) || length < 1)
    problems.push(`length must be a positive integer, got ${length}`);
  if (problems.length > 0) throw new InputError("E_QUANTIZE", problems.join("\n"));
  const nBlocks = countBlocks(length, blockSize);
  const codesBytes = Math.ceil(length / 2);
  const absmaxBytes = doubleQuant ? nBlocks : 4 * nBlocks;
  const nestedBytes = doubleQuant ? 4 * countBlocks(nBlocks, nestedBlockSize) + 4 : 0;
  const totalBytes = codesBytes + absmaxBytes + nestedBytes;
  return { codesBytes, absmaxBytes, nestedBytes, totalBytes, bytesPerWeight: totalBytes / length };
}

/** Differences between restored and original weights, in the weights' unit. */
export interface ErrorFigures {
  /** Largest error |restored - weight|. */
  readonly maximum: number;
  readonly meanAbsolute: number;
  /** Root mean square error. */
  readonly rms: number;
  /** Signal-to-noise ratio 10 · log10(Σ weight² / Σ error²), in dB; Infinity where there is no error. */
  readonly signalToNoiseDb: number;
}

/** Compares [length] values in float64. Throws E_LENGTH if lengths differ or are 0. */
export function errorFigures(weights: Float32Array, restored: Float32Array): ErrorFigures {
  const { length } = weights;
  if (restored.length !== length || length === 0) {
    throw new InputError(
      "E_LENGTH",
      `restored must have the length of weights and hold at least one value, got ${restored.length} for ${length}`,
    );
  }
  let maximum = 0;
  let sumAbsolute = 0;
  let noise = 0;
  let signal = 0;
  for (let i = 0; i < length; i++) {
    const weight = weights[i]!;
    const error = Math.abs(restored[i]! - weight);
    maximum = Math.max(maximum, error);
    sumAbsolute += error;
    noise += error * error;
    signal += weight * weight;
  }
  return {
    maximum,
    meanAbsolute: sumAbsolute / length,
    rms: Math.sqrt(noise / length),
    signalToNoiseDb: noise === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10(signal / noise),
  };
}
