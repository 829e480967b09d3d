import type { QuestionText } from "@lorank/core/results";
import type { TextTokenizer } from "../tokenizer/tokenizer.ts";
import { IGNORE_INDEX } from "../transformer/batch.ts";
import type { TokenizedTokensExample } from "./dataset.ts";

/** The tokens before the last response of an example, and those of it. */
export function lastQuestion({ inputIds, labels }: TokenizedTokensExample): {
  readonly prompt: readonly number[];
  readonly reference: readonly number[];
} {
  const last = labels.findLastIndex((label) => label !== IGNORE_INDEX);
  let first = last;
  while (first > 0 && labels[first - 1] !== IGNORE_INDEX) first--;
  return { prompt: inputIds.slice(0, first + 1), reference: labels.slice(first, last + 1) };
}

/**
 * The same as texts, without special tokens and the white space around them.
 *
 * @throws InputError E_TOKENIZER for a tokenizer that makes no texts.
 */
export function questionTexts(
  examples: readonly TokenizedTokensExample[],
  tokenizer: Pick<TextTokenizer, "decode">,
): QuestionText[] {
  return examples.map((example) => {
    const { prompt, reference } = lastQuestion(example);
    return { prompt: tokenizer.decode(prompt).trim(), reference: tokenizer.decode(reference).trim() };
  });
}
