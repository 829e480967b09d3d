import { modelAt } from "@lorank/checkpoint/files";
import { decodeDataset, questionTexts, type TokenizedTokensExample } from "@lorank/train/data";
import { createTokenizer } from "@lorank/train/tokenizer";

/** Texts of the prompts and references among the validation examples, which trials answer. */
export function questionsIn(dataset: Uint8Array, modelPath: string): ReturnType<typeof questionTexts> {
  const { validation } = decodeDataset(dataset);
  const examples = validation as readonly TokenizedTokensExample[];
  return questionTexts(examples, createTokenizer(modelAt(modelPath)));
}
