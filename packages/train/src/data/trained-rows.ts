import { sha256Hex } from "../sha256.ts";

/** Examples that an adapter was trained on, by digest: they tell whether a row is one of them, and not what it says. */
export interface TrainedRows {
  /** Tokens of the longest example. Training read no more of a row. */
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

/** Digest of a row's token ids: 16 hex digits, of which no two of a million rows are equal by chance. */
export function rowDigest({ inputIds }: { readonly inputIds: readonly number[] }): string {
  return sha256Hex(inputIds.join(" ")).slice(0, 16);
}
