import type { JsonObject } from "../../json.ts";
import { addedTokens, idsByText, type Token, type Vocabulary } from "./vocabulary.ts";

const WORD_START = "▁";

/** `tokenizer.ggml.model` "bert": WordPiece. The file marks the tokens that start a word instead of those that go on. */
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

/** Older converters leave `[…]` as it is, newer ones whatever is a control token. */
function wordPiece({ text, kind }: Token): string {
  if (text.startsWith(WORD_START)) return text.slice(WORD_START.length);
  return kind === "control" || kind === "unknown" || /^\[.*\]$/.test(text) ? text : `##${text}`;
}
