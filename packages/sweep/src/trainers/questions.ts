import { modelAt } from "@lorank/checkpoint/files";
import { decodeDataset, questionTexts, type TokenizedTokensExample } from "@lorank/train/data";
import { createTokenizer } from "@lorank/train/tokenizer";

export function questionsIn(dataset: Uint8Array, modelPath: string): ReturnType<typeof questionTexts> {
  const { validation } = decodeDataset(dataset);
  const examples = validation as readonly TokenizedTokensExample[];
  return questionTexts(examples, createTokenizer(modelAt(modelPath)));
}
