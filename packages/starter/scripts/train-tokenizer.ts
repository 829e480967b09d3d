/**
 * Trains the starter model's tokenizer and writes `model/tokenizer.json` and `model/tokenizer_config.json`.
 * Run inside the package: `node --conditions=@lorank/source --import tsx scripts/train-tokenizer.ts`
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { modelFolder } from "../src/index.ts";
import { type PretrainingDocument, pretrainingDocuments } from "./corpus.ts";
import { pretokenize } from "./tokenizer/byte-level.ts";
import { toTokenizerJson } from "./tokenizer/tokenizer-json.ts";
import { type Bpe, trainBpe } from "./tokenizer/train-bpe.ts";

export const VOCAB_SIZE = 4096;
/** Separates documents; begins and ends a text where a model wants that. */
export const END_OF_TEXT = { token: "<|endoftext|>", id: 0 } as const;
export const PADDING = { token: "<|padding|>", id: 1 } as const;
/** Share of the e-mails in the counts: the task is e-mail, but the model must also read prose. */
const EMAIL_SHARE = 0.5;

/** How often each pre-token occurs, e-mails weighted to {@link EMAIL_SHARE} of all text. Weights are whole numbers. */
export function weightedWordCounts(documents: readonly PretrainingDocument[]): Map<string, number> {
  const counts = { email: new Map<string, number>(), books: new Map<string, number>() };
  const units = { email: 0, books: 0 };
  for (const { source, text } of documents) {
    const kind = source === "email" ? "email" : "books";
    units[kind] += text.length;
    for (const word of pretokenize(text)) counts[kind].set(word, (counts[kind].get(word) ?? 0) + 1);
  }
  const emailWeight = Math.round((1000 * EMAIL_SHARE * units.books) / ((1 - EMAIL_SHARE) * units.email));
  const all = new Map<string, number>();
  for (const [word, count] of counts.books) all.set(word, count * 1000);
  for (const [word, count] of counts.email) all.set(word, (all.get(word) ?? 0) + count * emailWeight);
  return all;
}

export function trainTokenizer(): Bpe {
  return trainBpe(weightedWordCounts(pretrainingDocuments()), VOCAB_SIZE, [END_OF_TEXT.token, PADDING.token]);
}

export const tokenizerConfig = {
  tokenizer_class: "PreTrainedTokenizerFast",
  bos_token: END_OF_TEXT.token,
  eos_token: END_OF_TEXT.token,
  pad_token: PADDING.token,
  unk_token: null,
  add_prefix_space: false,
  clean_up_tokenization_spaces: false,
  model_max_length: 512,
  padding_side: "right",
  model_input_names: ["input_ids", "attention_mask"],
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const started = performance.now();
  const bpe = trainTokenizer();
  mkdirSync(modelFolder, { recursive: true });
  writeFileSync(join(modelFolder, "tokenizer.json"), `${JSON.stringify(toTokenizerJson(bpe), null, 1)}\n`);
  writeFileSync(join(modelFolder, "tokenizer_config.json"), `${JSON.stringify(tokenizerConfig, null, 2)}\n`);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${bpe.tokens.length} tokens, ${bpe.merges.length} merges in ${seconds} s`);
}
