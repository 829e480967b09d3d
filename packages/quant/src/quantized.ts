import { InputError } from "@lorank/core";
import { type BlockSize, blockSizes, type Format4bit } from "./formats.ts";

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

/** What is wrong with a block size, if anything. */
export function blockSizeProblems(blockSize: number): string[] {
  if ((blockSizes as readonly number[]).includes(blockSize)) return [];
  return [`blockSize must be one of ${blockSizes.join(", ")}, got ${blockSize}`];
}
