import { InputError } from "@lorank/core";

/** Count of absmax values that share a nested absmax. Source: QLoRA, section 3. */
export const nestedBlockSize = 256;

/** Absmax of each block: float32, or 8-bit codes with a nested absmax per 256. */
export type BlockAbsmax =
  | { readonly kind: "float32" /** [nBlocks] */; readonly values: Float32Array }
  | {
      readonly kind: "double";
      /** [nBlocks] indices into the dynamic code. */
      readonly codes: Uint8Array;
      /** Nested absmax, [ceil(nBlocks / 256)]. */
      readonly nestedAbsmax: Float32Array;
      /** Mean of the absmax, subtracted before quantising them, a float32 number. */
      readonly offset: number;
    };

/** bitsandbytes' layout: blocks run flat over the row-major weight. */
export interface Quantized4bit<Format extends Format4bit = Format4bit> {
  readonly format: Format;
  /** Weight count, not bytes. */
  readonly length: number;
  readonly blockSize: BlockSize;
  /** [ceil(length / 2)] two codes a byte, the even element in the high nibble. */
  readonly codes: Uint8Array;
  readonly absmax: BlockAbsmax;
}

/** Blocks in `length` weights; the last may be short. */
export function countBlocks(length: number, blockSize: number): number {
  return Math.ceil(length / blockSize);
}

/** Throws E_QUANTIZED, naming every part with an unfit length. */
export function assertQuantized(quantized: Quantized4bit): void {
  const { length, blockSize, codes, absmax } = quantized;
  const problems = blockSizeProblems(blockSize);
  const expectLength = (field: string, actual: number, expected: number, why: string) => {
    if (actual !== expected) problems.push(`${field} must have length ${expected} (${why}), got ${actual}`);
  };
  if (problems.length === 0) {
    const nBlocks = countBlocks(length, blockSize);
    const why = `${length} weights in blocks of ${blockSize}`;
    expectLength("codes", codes.length, Math.ceil(length / 2), `${length} weights, two a byte`);
    if (absmax.kind === "float32") {
      expectLength("absmax.values", absmax.values.length, nBlocks, why);
    } else {
      expectLength("absmax.codes", absmax.codes.length, nBlocks, why);
      const nested = countBlocks(nBlocks, nestedBlockSize);
      expectLength(
        "absmax.nestedAbsmax",
        absmax.nestedAbsmax.length,
        nested,
        `${nBlocks} blocks, ${nestedBlockSize} each`,
      );
    }
  }
  if (problems.length > 0) throw new InputError("E_QUANTIZED", problems.join("\n"));
}

export function blockSizeProblems(blockSize: number): string[] {
  if ((blockSizes as readonly number[]).includes(blockSize)) return [];
  return [`blockSize must be one of ${blockSizes.join(", ")}, got ${blockSize}`];
}

/** 4-bit formats: NF4 (quantiles of a normal distribution) and FP4 (1 sign, 2 exponent, 1 mantissa bit). */
export type Format4bit = "nf4" | "fp4";

/** Weights that share an absmax: all values that bitsandbytes accepts. */
export const blockSizes = [32, 64, 128, 256, 512, 1024, 2048, 4096] as const;
export type BlockSize = (typeof blockSizes)[number];

/** bitsandbytes' block size, used by QLoRA. */
export const quantizeDefaults = { format: "nf4", blockSize: 64, doubleQuant: false } as const;

/** Levels of a 4-bit format, indexed by code, 0 … 15, or by place. */
export interface Table4bit {
  /** [16] value by code, relative to the block's absmax. */
  readonly levels: Float32Array;
  /** [16] inclusive upper bound by *place* in ascending level order; the last is Infinity. */
  readonly bounds: Float32Array;
  /** [16] code at each place. For NF4 the place is the code. */
  readonly codeAt: Uint8Array;
}

// Source: QLoRA, appendix E, https://arxiv.org/abs/2305.14314, with bitsandbytes' float32 digits.
const nf4Levels = [
  -1, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635,
  -0.18477343022823334, -0.09105003625154495, 0, 0.07958029955625534, 0.16093020141124725,
  0.24611230194568634, 0.33791524171829224, 0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1,
];

// Bit 3 is the sign; bits 0–2 count 0, 1/16, 8, 12, 4, 6, 2, 3 twelfths: bitsandbytes' own order. Code 8 is minus zero,
// as in its kernels (its level table has plus zero).
const fp4Magnitudes = [0, 0.0625, 8, 12, 4, 6, 2, 3].map((twelfths) => twelfths / 12);
const fp4Levels = [...fp4Magnitudes, ...fp4Magnitudes.map((magnitude) => -magnitude)];

const tables: Readonly<Record<Format4bit, Table4bit>> = { nf4: tableOf(nf4Levels), fp4: tableOf(fp4Levels) };

/** Level table for a format, shared: do not write to it. */
export function table4bit(format: Format4bit): Table4bit {
  return tables[format];
}

/** [16] copy of the values by code, relative to the block's absmax. */
export function levels4bit(format: Format4bit): Float32Array {
  return tables[format].levels.slice();
}

/** [256, 2] levels by byte: even element (high nibble), then odd, so that a single gather decodes a byte. */
export function byteLevels4bit(format: Format4bit): Float32Array {
  const { levels } = tables[format];
  const pairs = new Float32Array(512);
  for (let byte = 0; byte < 256; byte++) {
    pairs[2 * byte] = levels[byte >> 4]!;
    pairs[2 * byte + 1] = levels[byte & 15]!;
  }
  return pairs;
}

function tableOf(values: readonly number[]): Table4bit {
  const levels = Float32Array.from(values);
  // Stable: exact zeros become code 0, small positive values code 8, FP4's other zero.
  const codeAt = Uint8Array.from([...levels.keys()].sort((a, b) => levels[a]! - levels[b]!));
  const bounds = new Float32Array(16).fill(Number.POSITIVE_INFINITY);
  for (let place = 0; place < 15; place++) {
    bounds[place] = Math.fround(levels[codeAt[place]!]! + levels[codeAt[place + 1]!]!) / 2;
  }
  return { levels, bounds, codeAt };
}
