import { IGNORE_INDEX } from "../transformer/batch.ts";
import type { TokenizedExample, TokenizedTokensExample } from "./dataset.ts";

/** What an example teaches: its label, or the tokens of its response. */
export function completionTokensOf(example: TokenizedExample | TokenizedTokensExample): number {
  return "label" in example ? 1 : example.labels.filter((label) => label !== IGNORE_INDEX).length;
}
