import type { TextTokenizer } from "../tokenizer/tokenizer.ts";
import { naming, type TokenizedExample } from "./dataset.ts";
import type { Grouped } from "./groups.ts";

/** One text with the name of its class. */
export interface LabelledText extends Grouped {
  /** Distinct within its split. */
  readonly id: string;
  readonly label: string;
  readonly text: string;
}

interface TextTokens {
  /** The classes in the order of their indices. */
  readonly labels: readonly string[];
  readonly tokenizer: TextTokenizer;
  /** Most tokens of one example, special ones included; the rest of a longer text is left out. */
  readonly maxLength: number;
}

/** Some texts as they are learned or evaluated. */
interface TokenizedTexts {
  readonly examples: readonly TokenizedExample[];
  /**
   * Tokens of those texts that have more than `maxLength`, special ones included. Above `mostCounted` it says only that a
   * text has more than that.
   */
  readonly long: readonly number[];
}

/** Tokens that are counted at most: a text is not read to its end for that alone. */
export function mostCounted(maxLength: number): number {
  return Math.max(1024, 4 * maxLength);
}

/** Tokenises labelled texts, and leaves checking them to who writes them: an unknown label is still a string. */
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
