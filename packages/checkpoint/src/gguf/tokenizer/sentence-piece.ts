import type { JsonObject } from "../../json.ts";
import {
  addedTokens,
  beginAndEnd,
  idsByText,
  type Token,
  templateProcessing,
  type Vocabulary,
} from "./vocabulary.ts";

const SPACE = "▁";

/**
 * `tokenizer.ggml.model` "llama": SentencePiece BPE. The file has a score for each token where tokenizer.json has an
 * order of merges, and bytes that no token spells become tokens such as `<0x0A>`.
 */
export function sentencePieceTokenizer(vocabulary: Vocabulary): JsonObject {
  const { metadata, architecture, special } = vocabulary;
  const gemma = /^gemma/.test(architecture ?? "");
  const tokens = gemma ? vocabulary.tokens.map(spelledSpaces) : vocabulary.tokens;
  const scores = metadata.numbers("tokenizer.ggml.scores", tokens.length);
  const addsPrefix = metadata.flagOr("tokenizer.ggml.add_space_prefix", true);
  metadata.finish();
  const { before, after } = beginAndEnd(vocabulary, { bos: true, eos: false });
  const replaceSpaces = { type: "Replace", pattern: { String: " " }, content: SPACE };
  const unknown = special.unknown?.text ?? tokens.find(({ kind }) => kind === "unknown")?.text ?? null;
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: addedTokens(tokens, ["control", "user-defined", "unknown"]),
    normalizer: addsPrefix
      ? { type: "Sequence", normalizers: [{ type: "Prepend", prepend: SPACE }, replaceSpaces] }
      : replaceSpaces,
    pre_tokenizer: null,
    post_processor: templateProcessing(before, after),
    decoder: {
      type: "Sequence",
      decoders: [
        { type: "Replace", pattern: { String: SPACE }, content: " " },
        { type: "ByteFallback" },
        { type: "Fuse" },
        ...(addsPrefix ? [{ type: "Strip", content: " ", start: 1, stop: 0 }] : []),
      ],
    },
    model: {
      type: "BPE",
      dropout: null,
      unk_token: unknown,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: true,
      byte_fallback: true,
      ignore_merges: false,
      vocab: idsByText(tokens.filter(({ kind }) => kind !== "unused")),
      // Gemma's scores are no order; that of its tokens is. Source: transformers' reading of Gemma's GGUF files.
      merges: mergesOf(tokens, gemma ? ({ id }) => -id : ({ id }) => scores[id]!),
    },
  };
}

/** Gemma's tokens of several spaces, which the converter writes as spaces and marks as user-defined. */
function spelledSpaces(token: Token): Token {
  if (token.kind !== "user-defined" || !/^ {2,}$/.test(token.text)) return token;
  return { ...token, text: SPACE.repeat(token.text.length), kind: "normal" };
}

/**
 * All ways to make a token of two others, the best-scored first: SentencePiece merges the pair whose union scores best.
 * Source: `generate_merges` of transformers 5.24, whose order among equals this keeps.
 */
function mergesOf(tokens: readonly Token[], scoreOf: (token: Token) => number): [string, string][] {
  const normal = tokens.filter(({ kind }) => kind === "normal");
  const ids = new Map(normal.map(({ text, id }) => [text, id]));
  const merges: { left: string; right: string; score: number }[] = [];
  for (const token of normal) {
    const { text } = token;
    const local: typeof merges = [];
    for (let at = 1; at < text.length; at++) {
      const left = text.slice(0, at);
      const right = text.slice(at);
      if (ids.has(left) && ids.has(right)) local.push({ left, right, score: scoreOf(token) });
    }
    local.sort((a, b) => ids.get(a.left)! - ids.get(b.left)! || ids.get(a.right)! - ids.get(b.right)!);
    for (const merge of local) merges.push(merge);
  }
  const length = (text: string) => [...text].length;
  merges.sort(
    (a, b) => b.score - a.score || length(b.left) - length(a.left) || length(b.right) - length(a.right),
  );
  return merges.map(({ left, right }) => [left, right]);
}
