import { InputError } from "@lorank/core";

export interface PadOptions {
  /** Where the filling goes: behind the tokens, or before them. */
  readonly side: "right" | "left";
  /** Fills up; the attention mask hides it. (default: 0) */
  readonly padId?: number;
  /** Row length in tokens. (default: that of the longest row) */
  readonly length?: number;
  /** Row lengths are rounded up to a multiple of this. (default: 1) */
  readonly multipleOf?: number;
}

/** Rows of one length. */
export interface PaddedTokens {
  readonly rows: number;
  /** Tokens in a row. */
  readonly seq: number;
  /** `[rows, seq]`, row by row. */
  readonly inputIds: Int32Array;
  /** `[rows, seq]`: 1 where there is a token, 0 where there is filling. */
  readonly attentionMask: Int32Array;
}

/**
 * Fills up token lists to rows of one length, as `tokenizer.pad` of transformers does. No list is shortened.
 *
 * @throws InputError E_MAX_LENGTH for a list that is longer than `length`.
 */
export function padTokens(lists: readonly (readonly number[])[], options: PadOptions): PaddedTokens {
  const { side, padId = 0, multipleOf = 1 } = options;
  const longest = lists.reduce((most, { length }) => Math.max(most, length), 0);
  const length = options.length ?? longest;
  if (length < longest) {
    throw new InputError(
      "E_MAX_LENGTH",
      `length must be at least ${longest}, that of the longest row, got ${length}`,
    );
  }
  const seq = Math.ceil(length / multipleOf) * multipleOf;
  const inputIds = new Int32Array(lists.length * seq).fill(padId);
  const attentionMask = new Int32Array(lists.length * seq);
  lists.forEach((ids, row) => {
    const start = row * seq + (side === "left" ? seq - ids.length : 0);
    inputIds.set(ids, start);
    attentionMask.fill(1, start, start + ids.length);
  });
  return { rows: lists.length, seq, inputIds, attentionMask };
}
