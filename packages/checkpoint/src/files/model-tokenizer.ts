import { modelTokenizer } from "../model/tokenizer.ts";
import type { ModelTokenizer } from "../model-tokenizer.ts";
import { modelAt } from "./model-folder.ts";

/**
 * Reads the tokenizer of a model folder, or makes the one that the model in a `.gguf` file would have; see {@link modelTokenizer}.
 *
 * @throws InputError E_TOKENIZER naming the file that is missing, too large, not JSON or not a tokenizer, or the
 *   metadata that is.
 */
export function readModelTokenizer(path: string): ModelTokenizer {
  return modelTokenizer(modelAt(path));
}
