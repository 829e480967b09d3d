import type { JsonObject } from "../../json.ts";
import { quoted } from "../../text.ts";
import { bad } from "../cursor.ts";
import { addedTokens, beginAndEnd, idsByText, templateProcessing, type Vocabulary } from "./vocabulary.ts";

/** Byte-level BPE tokenizer, `tokenizer.ggml.model` "gpt2". */
export function byteLevelTokenizer(vocabulary: Vocabulary): JsonObject {
  const { metadata, tokens, file } = vocabulary;
  const name = metadata.textIfAny("tokenizer.ggml.pre") ?? "default";
  const merges = metadata.texts("tokenizer.ggml.merges");
  metadata.finish();
  const pre = PRE_TOKENIZERS.get(name);
  if (pre === undefined) {
    const supported = [...PRE_TOKENIZERS.keys()].join(", ");
    throw bad(file, `"tokenizer.ggml.pre" must be one of ${supported}, got ${quoted(name)}`);
  }
  const { before, after } = beginAndEnd(vocabulary, { bos: pre.addsBos, eos: false });
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: addedTokens(tokens, ["control", "user-defined", "unknown"]),
    normalizer: pre.normalizer,
    pre_tokenizer: pre.preTokenizer,
    post_processor: templateProcessing(before, after),
    decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: pre.ignoreMerges,
      // Unused tokens fill up a vocabulary; no text may become such a token.
      vocab: idsByText(tokens.filter(({ kind }) => kind !== "unused")),
      merges: merges.map((merge, i) => {
        const space = merge.indexOf(" ", 1);
        if (space > 0) return [merge.slice(0, space), merge.slice(space + 1)];
        throw bad(file, `element ${i} of "tokenizer.ggml.merges" must be two tokens, got ${quoted(merge)}`);
      }),
    },
  };
}

/** Pre-tokeniser (`tokenizer.ggml.pre`), which cuts texts into words before merging. */
interface PreTokenizer {
  readonly normalizer: JsonObject | null;
  readonly preTokenizer: JsonObject;
  /** True if a word stays whole when it is a token. */
  readonly ignoreMerges: boolean;
  /** True to put a begin token before texts if the file lacks `tokenizer.ggml.add_bos_token`. */
  readonly addsBos: boolean;
}

const split = (pattern: string): JsonObject => ({
  type: "Split",
  pattern: { Regex: pattern },
  behavior: "Isolated",
  invert: false,
});

const byteLevel = (useRegex: boolean): JsonObject => ({
  type: "ByteLevel",
  add_prefix_space: false,
  trim_offsets: true,
  use_regex: useRegex,
});

const sequence = (...pretokenizers: JsonObject[]): JsonObject => ({ type: "Sequence", pretokenizers });

// Word patterns. Source: tokenizer.json of the models after which llama.cpp named them; equal patterns in
// llama-vocab.cpp.
const WHITE_SPACE = String.raw`\s*[\r\n]+|\s+(?!\S)|\s+`;
const CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
const words = (digits: string) =>
  String.raw`${CONTRACTIONS}|[^\r\n\p{L}\p{N}]?\p{L}+|${digits}| ?[^\s\p{L}\p{N}]+[\r\n]*|${WHITE_SPACE}`;
const casedWords = (contractions: string, digits: string) =>
  String.raw`[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+${contractions}|` +
  String.raw`[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*${contractions}|` +
  String.raw`${digits}| ?[^\s\p{L}\p{N}]+[\r\n/]*|${WHITE_SPACE}`;

const plain = { normalizer: null, ignoreMerges: false, addsBos: false };

const gpt2: PreTokenizer = { ...plain, preTokenizer: byteLevel(true) };

const digitsApart: PreTokenizer = {
  ...plain,
  preTokenizer: sequence(split(String.raw`\p{N}`), byteLevel(true)),
};

const llama3: PreTokenizer = {
  normalizer: null,
  preTokenizer: sequence(split(words(String.raw`\p{N}{1,3}`)), byteLevel(false)),
  ignoreMerges: true,
  addsBos: true,
};

const qwen2: PreTokenizer = {
  ...plain,
  normalizer: { type: "NFC" },
  preTokenizer: sequence(split(words(String.raw`\p{N}`)), byteLevel(false)),
};

const byDefault: PreTokenizer = {
  ...plain,
  preTokenizer: sequence(
    split(String.raw`[\p{P}\$\+<=>\^~\|]+`),
    split(String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)`),
    split(String.raw`\p{N}+`),
    split("[0-9][0-9][0-9]"),
    byteLevel(false),
  ),
};

const PRE_TOKENIZERS: ReadonlyMap<string, PreTokenizer> = new Map(
  Object.entries({
    default: byDefault,
    "gpt-2": gpt2,
    "phi-2": gpt2,
    smollm: digitsApart,
    starcoder: digitsApart,
    refact: digitsApart,
    "llama-bpe": llama3,
    llama3,
    "llama-v3": llama3,
    falcon3: llama3,
    dbrx: { ...llama3, ignoreMerges: false, addsBos: false },
    "smaug-bpe": { ...llama3, ignoreMerges: false, addsBos: false },
    qwen2,
    "deepseek-r1-qwen": qwen2,
    tekken: {
      normalizer: null,
      preTokenizer: sequence(split(casedWords("", String.raw`\p{N}`)), byteLevel(false)),
      ignoreMerges: true,
      addsBos: true,
    },
    "gpt-4o": {
      ...plain,
      preTokenizer: sequence(split(casedWords(`${CONTRACTIONS}?`, String.raw`\p{N}{1,3}`)), byteLevel(false)),
    },
  } satisfies Record<string, PreTokenizer>),
);
