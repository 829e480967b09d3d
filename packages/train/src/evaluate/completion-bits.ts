import { completionTokensOf } from "../data/completion-tokens.ts";
import type { TokenizedExample, TokenizedTokensExample } from "../data/dataset.ts";
import type { Transformer } from "../transformer/transformer.ts";
import { evaluate } from "./evaluate.ts";

/** Loss of a model on labels or response tokens. */
export interface CompletionBits {
  /** Negative log₂ probability, summed. */
  readonly bits: number;
  /** Labels or tokens that it is summed over. */
  readonly completionTokens: number;
}

/** The bits that the examples' labels or responses cost under `model`: what it does not know of them. */
export async function completionBits(
  model: Transformer,
  examples: readonly TokenizedExample[] | readonly TokenizedTokensExample[],
  options: { readonly padId: number },
): Promise<CompletionBits> {
  const { logLosses } = await evaluate(model, examples, options);
  const tokens = examples.map(completionTokensOf);
  const nats = logLosses!.reduce((sum, loss, i) => sum + loss * tokens[i]!, 0);
  return { bits: nats / Math.LN2, completionTokens: tokens.reduce((sum, count) => sum + count, 0) };
}
