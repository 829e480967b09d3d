import { modelAt } from "@lorank/checkpoint/files";
import { type TextTokenizer, type TokenizerOptions, tokenizerOf } from "../tokenizer/tokenizer.ts";
import { withinDeadline } from "./deadline.ts";

/**
 * The tokenizer of a model: a Hugging Face folder, or a GGUF file.
 *
 * Gives the ids that AutoTokenizer of transformers 5 gives. A token such as BOS, [CLS] or [SEP] is added where the
 * post-processor says so, and nowhere else.
 *
 * @throws InputError E_TOKENIZER for files that describe no tokenizer known here, and for a text that takes it too long.
 */
export function createTokenizer(
  path: string,
  options: Pick<TokenizerOptions, "deadline"> = {},
): TextTokenizer {
  return tokenizerOf(modelAt(path), { ...options, within: withinDeadline });
}
