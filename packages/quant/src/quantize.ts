import { InputError } from "@lorank/core";
import { compressAbsmax, restoreAbsmax } from "./double-quant.ts";
import {
  type BlockSize,
  blockSizeProblems,
  countBlocks,
  quantizeDefaults as d,
  type Format4bit,
  type Quantized4bit,
  type Table4bit,
  table4bit,
} from "./quantized.ts";

/** Cells a unit, fine enough that no two bounds of a format share a cell (FP4's lie 0.0026 apart). */
const cellsPerUnit = 1024;

/** For finding the place of x in [-1, 1] with one look-up and one comparison in place of a search. */
interface PlaceFinder {
  /** [2049] by `trunc((x + 1) · 1024)`: how many bounds lie in lower cells. */
  readonly firstPlace: Uint8Array;
  /** [16] the bound that decides between this place and the next. */
  readonly bounds: Float32Array;
  readonly codeAt: Uint8Array;
}

/**
 * Prepares the search, which is exact. The cell number never falls as x rises: bounds in lower cells are below x, bounds in
 * higher cells above it. The one in x's own cell is compared.
 */
export function placeFinder({ bounds, codeAt }: Table4bit): PlaceFinder {
  const firstPlace = new Uint8Array(2 * cellsPerUnit + 1);
  for (let cell = 0; cell < firstPlace.length; cell++) {
    let place = 0;
    while (place < 15 && cellOf(bounds[place]!) < cell) place++;
    firstPlace[cell] = place;
  }
  return { firstPlace, bounds, codeAt };
}

/** The cell of x in [-1, 1]. Rounding may carry x a little beyond; truncation keeps it in the outermost cell. */
export function cellOf(x: number): number {
  return ((x + 1) * cellsPerUnit) | 0;
}

/** The code of the level nearest to x in [-1, 1]; on a tie the lower one, as torch.bucketize has it. */
export function nearestCode({ firstPlace, bounds, codeAt }: PlaceFinder, x: number): number {
  const place = firstPlace[cellOf(x)]!;
  return codeAt[x > bounds[place]! ? place + 1 : place]!;
}

export interface QuantizeOptions {
  /** Weights that share one absmax (default 64). */
  readonly blockSize?: BlockSize;
  /** Keep the absmax values in 8 bits too (default false). */
  readonly doubleQuant?: boolean;
}

const finders = { nf4: placeFinder(table4bit("nf4")), fp4: placeFinder(table4bit("fp4")) };

/** Below this, bitsandbytes divides by this. A float32 number, though a subnormal one. */
const smallestScale = Math.fround(1e-38);

/**
 * Quantises `weights` [length] to 4 bits, block by block. A code is the level nearest to `weight / absmax`; absmax is the
 * largest magnitude in the block. Blocks run flat over the array, across the rows of a matrix.
 *
 * Every operation rounds as bitsandbytes' on a CPU does. Whole blocks take a float32 reciprocal and a multiplication, a
 * short last block a division. The lower level is taken on a tie.
 *
 * Throws E_QUANTIZE unless `weights` are finite and at least one. Under double quantisation it throws where 8 bits round a
 * block's absmax to infinity. Source: QLoRA, section 3, https://arxiv.org/abs/2305.14314
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
      values[block] = scale; // not absmax: bitsandbytes stores the bounded one for a short block
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
  let poison = 0; // stays 0 unless a weight is NaN or infinite, for those times 0 are NaN
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
