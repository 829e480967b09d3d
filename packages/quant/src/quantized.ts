import { InputError } from "@lorank/core";

/** Absmax values that share one nested absmax under double quantisation. Source: QLoRA, section 3. */
export const nestedBlockSize = 256;

/** One absmax a block: float32, or 8-bit codes with a nested absmax for each 256 of them. */
export type BlockAbsmax =
  | { readonly kind: "float32" /** [nBlocks] */; readonly values: Float32Array }
  | {
      readonly kind: "double";
      /** [nBlocks] indices into the dynamic code. */
      readonly codes: Uint8Array;
      /** [ceil(nBlocks / 256)] */
      readonly nestedAbsmax: Float32Array;
      /** The mean that was taken off before quantising, a float32 number. */
      readonly offset: number;
    };

/** Quantised weights, laid out as bitsandbytes lays them out: blocks run flat over the row-major weight. */
export interface Quantized4bit<Format extends Format4bit = Format4bit> {
  readonly format: Format;
  /** Weights, not bytes. */
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

/** Throws E_QUANTIZED, naming every part whose length does not fit the others. */
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

/** Problems of a block size, if any. */
export function blockSizeProblems(blockSize: number): string[] {
  if ((blockSizes as readonly number[]).includes(blockSize)) return [];
  return [`blockSize must be one of ${blockSizes.join(", ")}, got ${blockSize}`];
}

/** The 4-bit formats: NF4 (quantiles of a normal distribution) and FP4 (1 sign, 2 exponent, 1 mantissa bit). */
export type Format4bit = "nf4" | "fp4";

/** Weights that share one absmax. bitsandbytes accepts these and no others. */
export const blockSizes = [32, 64, 128, 256, 512, 1024, 2048, 4096] as const;
export type BlockSize = (typeof blockSizes)[number];

/** Defaults of a quantisation. The block size is that of bitsandbytes, which QLoRA uses. */
export const quantizeDefaults = { format: "nf4", blockSize: 64, doubleQuant: false } as const;

/** Tables of a format, indexed by code, 0 … 15, or by place. */
export interface Table4bit {
  /** [16] the value of each code, relative to the block's absmax. */
  readonly levels: Float32Array;
  /** [16] the upper bound of each *place* in ascending order of level, inclusive; the last is Infinity. */
  readonly bounds: Float32Array;
  /** [16] the code at each place. For NF4 the place is the code. */
  readonly codeAt: Uint8Array;
}

// Source: QLoRA, appendix E, https://arxiv.org/abs/2305.14314, with the digits of bitsandbytes' float32 table.
const nf4Levels = [
  -1, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635,
  -0.18477343022823334, -0.09105003625154495, 0, 0.07958029955625534, 0.16093020141124725,
  0.24611230194568634, 0.33791524171829224, 0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1,
];

// Bit 3 is the sign, bits 0–2 count 0, 1/16, 8, 12, 4, 6, 2, 3 twelfths: bitsandbytes' own order, which is not sorted.
// Code 8 is minus zero, as in bitsandbytes' kernels (its level table has plus zero there).
const fp4Magnitudes = [0, 0.0625, 8, 12, 4, 6, 2, 3].map((twelfths) => twelfths / 12);
const fp4Levels = [...fp4Magnitudes, ...fp4Magnitudes.map((magnitude) => -magnitude)];

const tables: Readonly<Record<Format4bit, Table4bit>> = { nf4: tableOf(nf4Levels), fp4: tableOf(fp4Levels) };

/** The table of a format. Shared: do not write to it. */
export function table4bit(format: Format4bit): Table4bit {
  return tables[format];
}

/** [16] a copy of the value of each code, relative to the block's absmax. */
export function levels4bit(format: Format4bit): Float32Array {
  return tables[format].levels.slice();
}

/**
 * [256, 2] the two levels of each byte: the even element (high nibble), then the odd one. Row `b` is
 * `levels[b >> 4], levels[b & 15]`, so that a byte is decoded by one gather.
 */
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
  // Stable, so FP4's two zeros stay in the order 0, 8: exact zeros become code 0, small positive values code 8.
  const codeAt = Uint8Array.from([...levels.keys()].sort((a, b) => levels[a]! - levels[b]!));
  const bounds = new Float32Array(16).fill(Number.POSITIVE_INFINITY);
  for (let place = 0; place < 15; place++) {
    bounds[place] = Math.fround(levels[codeAt[place]!]! + levels[codeAt[place + 1]!]!) / 2;
  }
  return { levels, bounds, codeAt };
}
