/**
 * The pretraining corpus as one stream of token ids.
 * Run to see its size: `node --conditions=@lorank/source --import tsx scripts/token-stream.ts`
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { modelFolder, spamAssassin } from "../src/index.ts";
import { pretrainingDocuments, type Source } from "./corpus.ts";
import { encoderOf } from "./tokenizer/encoder.ts";
import { fromTokenizerJson } from "./tokenizer/tokenizer-json.ts";

/** Longest part of an e-mail that the stream holds: the model's context. */
export const EMAIL_TOKEN_LIMIT = 512;
/** Id of `<|endoftext|>`, one before each document and one at the very end. */
const SEPARATOR = 0;

export interface TokenizedDocument {
  readonly source: Source;
  /** Index of the document's first token in `ids`, after its separator. */
  readonly start: number;
  /** Number of tokens, separators not counted. */
  readonly length: number;
}
export interface TokenStream {
  readonly ids: Uint16Array;
  readonly documents: readonly TokenizedDocument[];
}

/** The encoder of the shipped `tokenizer.json`. */
export function loadEncoder(): (text: string) => number[] {
  return encoderOf(fromTokenizerJson(JSON.parse(readFileSync(join(modelFolder, "tokenizer.json"), "utf8"))));
}

/** All pretraining documents in order, as `0 d1 0 d2 0 … dn 0`. */
export function tokenizeCorpus(): TokenStream {
  const encode = loadEncoder();
  const pieces: { source: Source; ids: number[] }[] = pretrainingDocuments().map(({ source, text }) => {
    const ids = encode(text);
    return { source, ids: source === "email" ? ids.slice(0, EMAIL_TOKEN_LIMIT) : ids };
  });
  const ids = new Uint16Array(pieces.reduce((sum, piece) => sum + piece.ids.length + 1, 1));
  const documents: TokenizedDocument[] = [];
  let at = 0;
  for (const piece of pieces) {
    ids[at++] = SEPARATOR;
    ids.set(piece.ids, at);
    documents.push({ source: piece.source, start: at, length: piece.ids.length });
    at += piece.ids.length;
  }
  ids[at] = SEPARATOR;
  return { ids, documents };
}

/** Documents and tokens of each source, and quantiles of the e-mails' lengths in tokens (not capped). */
export function streamStatistics(): Record<string, unknown> {
  const { ids, documents } = tokenizeCorpus();
  const sources: Record<string, { documents: number; tokens: number }> = {};
  for (const { source, length } of documents) {
    const { documents: seen, tokens } = sources[source] ?? { documents: 0, tokens: 0 };
    sources[source] = { documents: seen + 1, tokens: tokens + length };
  }
  const encode = loadEncoder();
  const { train, validation, test } = spamAssassin();
  const lengths = [...train, ...validation, ...test]
    .map(({ text }) => encode(text).length)
    .sort((a, b) => a - b);
  const quantile = (q: number) => lengths[Math.floor(q * (lengths.length - 1))]!;
  return {
    tokens: ids.length,
    sources,
    emailTokens: {
      p10: quantile(0.1),
      p25: quantile(0.25),
      median: quantile(0.5),
      p75: quantile(0.75),
      p90: quantile(0.9),
      longest: quantile(1),
    },
    emailsOver512: lengths.filter((length) => length > EMAIL_TOKEN_LIMIT).length,
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  console.log(JSON.stringify(streamStatistics(), null, 2));
