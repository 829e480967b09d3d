import { InputError } from "@lorank/core";
import type { QuantizeOptions } from "./quantize.ts";
import { blockSizeProblems, countBlocks, quantizeDefaults as d, nestedBlockSize } from "./quantized.ts";

/** Bytes of one quantised weight, part by part. */
export interface Storage4bit {
  /** Two weights a byte. */
  readonly codesBytes: number;
  /** One absmax a block: 4 bytes, or 1 under double quantisation. */
  readonly absmaxBytes: number;
  /** Under double quantisation: 4 bytes for each 256 blocks, and 4 for the offset. */
  readonly nestedBytes: number;
  readonly totalBytes: number;
  readonly bytesPerWeight: number;
}

/**
 * Counts the bytes of `length` weights in 4 bits, before there are any. A large tensor at block size 64 takes
 * 0.5 + 4 / 64 = 0.5625 bytes a weight. Double quantisation makes that 0.5 + 1 / 64 + 4 / (64 · 256) = 0.515869.
 * Left out: the level tables (16 and 256 floats) that a checkpoint of bitsandbytes repeats beside every weight.
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
