import type { TextTokenizer } from "../tokenizer/tokenizer.ts";
import { naming, type TokenizedExample } from "./dataset.ts";
import type { Grouped } from "./groups.ts";

/** Text with a class name, not tokenised. */
export interface LabelledText extends Grouped {
  /** Example id, distinct within its split. */
  readonly id: string;
  readonly label: string;
  readonly text: string;
}

interface TextTokens {
  readonly labels: readonly string[];
  readonly tokenizer: TextTokenizer;
  /** Most tokens per example, special tokens included; longer texts are cut at the end. */
  readonly maxLength: number;
}

interface TokenizedTexts {
  readonly examples: readonly TokenizedExample[];
  /** Token counts before cutting, for texts above `maxLength`; counting stops just above `mostCounted`. */
  readonly long: readonly number[];
}

/** Most tokens to count in a text: longer texts are not tokenised to the end. */
export function mostCounted(maxLength: number): number {
  return Math.max(1024, 4 * maxLength);
}

/** Tokenises labelled texts; labels that are no class stay strings. */
export function tokenizeTextRows(
  texts: readonly LabelledText[],
  { labels, tokenizer, maxLength }: TextTokens,
): TokenizedTexts {
  const index = new Map<string, number | string>(labels.map((label, i) => [label, i]));
  const long: number[] = [];
  const examples = texts.map(({ id, label, text }) => {
    const inputIds = naming(id, () => tokenizer.encode(text, maxLength));
    if (inputIds.length >= maxLength) {
      const tokens = tokenizer.encode(text, mostCounted(maxLength) + 1).length;
      if (tokens > maxLength) long.push(tokens);
    }
    return { id, inputIds, label: index.get(label) ?? label } as TokenizedExample;
  });
  return { examples, long };
}
