import { sha256Hex } from "@lorank/checkpoint/sha256";

/** Digests of an adapter's training examples, which reveal no content. */
export interface TrainedRows {
  /** Length of the longest training example in tokens, to which longer rows are cut before comparing. */
  readonly maxLength: number;
  /** Digests of the examples' token ids, in any order. */
  readonly digests: readonly string[];
}

export function trainedRows(examples: readonly { readonly inputIds: readonly number[] }[]): TrainedRows {
  return {
    maxLength: examples.reduce((most, { inputIds }) => Math.max(most, inputIds.length), 1),
    digests: examples.map(rowDigest),
  };
}

/** Digest for token ids: 16 hex digits, without chance collisions among a million rows. */
export function rowDigest({ inputIds }: { readonly inputIds: readonly number[] }): string {
  return sha256Hex(inputIds.join(" ")).slice(0, 16);
}
