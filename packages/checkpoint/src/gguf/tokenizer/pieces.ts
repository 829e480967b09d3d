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
 * SentencePiece BPE tokenizer, `tokenizer.ggml.model` "llama", with scores where tokenizer.json has ordered merges.
 * Bytes that no token spells become tokens such as `<0x0A>`.
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
      // Gemma's token order decides merges, not the scores. Source: transformers' reading of Gemma's GGUF files.
      merges: mergesOf(tokens, gemma ? ({ id }) => -id : ({ id }) => scores[id]!),
    },
  };
}

/** Spells Gemma's tokens for several spaces, which the converter writes as spaces and marks user-defined. */
function spelledSpaces(token: Token): Token {
  if (token.kind !== "user-defined" || !/^ {2,}$/.test(token.text)) return token;
  return { ...token, text: SPACE.repeat(token.text.length), kind: "normal" };
}

/**
 * Merges: pairs that form a token, best-scored first, as SentencePiece merges. Source: `generate_merges` of
 * transformers 5.24, with the same order among equals.
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

const WORD_START = "▁";

/** WordPiece tokenizer, `tokenizer.ggml.model` "bert". The file marks word starts instead of continuations. */
export function wordPieceTokenizer({ metadata, tokens, special }: Vocabulary): JsonObject {
  const cls = special.cls ?? special.bos;
  const sep = special.separator ?? special.eos;
  metadata.check(cls !== undefined, "tokenizer.ggml.cls_token_id", "an id");
  metadata.check(sep !== undefined, "tokenizer.ggml.seperator_token_id", "an id");
  metadata.check(special.unknown !== undefined, "tokenizer.ggml.unknown_token_id", "an id");
  const lowercase = metadata.flagOr("tokenizer.ggml.normalizer.lowercase", true);
  const accents = "tokenizer.ggml.normalizer.strip_accents";
  const stripAccents = metadata.has(accents) ? metadata.flagOr(accents, lowercase) : null;
  metadata.finish();
  const token = (text: string, type: number) => ({ SpecialToken: { id: text, type_id: type } });
  const first = [token(cls!.text, 0), { Sequence: { id: "A", type_id: 0 } }, token(sep!.text, 0)];
  const specials = [cls!, sep!].map(({ id, text }) => [text, { id: text, ids: [id], tokens: [text] }]);
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: addedTokens(tokens, ["control", "user-defined", "unknown"]),
    normalizer: {
      type: "BertNormalizer",
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: stripAccents,
      lowercase,
    },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: {
      type: "TemplateProcessing",
      single: first,
      pair: [...first, { Sequence: { id: "B", type_id: 1 } }, token(sep!.text, 1)],
      special_tokens: Object.fromEntries(specials),
    },
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: {
      type: "WordPiece",
      unk_token: special.unknown!.text,
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab: idsByText(tokens.map((entry) => ({ ...entry, text: wordPiece(entry) }))),
    },
  };
}

/** WordPiece spelling for a token. Old converters leave `[…]` as it is, new converters any control token. */
function wordPiece({ text, kind }: Token): string {
  if (text.startsWith(WORD_START)) return text.slice(WORD_START.length);
  return kind === "control" || kind === "unknown" || /^\[.*\]$/.test(text) ? text : `##${text}`;
}
