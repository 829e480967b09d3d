import type { TextTokenizer } from "../tokenizer/tokenizer.ts";
import type { TokenizedExample } from "./dataset.ts";
import type { LabelledText } from "./tokenize-classification.ts";

/** Of each part, the tokens before the cut of those examples that have more than `maxLength`: see {@link longTexts}. */
export interface LongExamples {
  readonly train: readonly number[];
  readonly validation: readonly number[];
  /** Absent where no test examples are wanted. */
  readonly test?: readonly number[];
}

/** Tokens that are counted at most: a text is not read to its end for that alone. */
export function mostCounted(maxLength: number): number {
  return Math.max(1024, 4 * maxLength);
}

/**
 * Tokens of those texts that have more than `maxLength`, special ones included; above `mostCounted` it says only that a
 * text has more than that.
 *
 * @param examples the same texts, cut at `maxLength`.
 */
export function longTexts(
  texts: readonly LabelledText[],
  examples: readonly Pick<TokenizedExample, "inputIds">[],
  { tokenizer, maxLength }: { readonly tokenizer: TextTokenizer; readonly maxLength: number },
): number[] {
  return texts.flatMap(({ text }, i) => {
    if (examples[i]!.inputIds.length < maxLength) return [];
    const tokens = tokenizer.encode(text, mostCounted(maxLength) + 1).length;
    return tokens > maxLength ? [tokens] : [];
  });
}
