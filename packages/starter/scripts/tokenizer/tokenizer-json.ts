/** A trained {@link Bpe} as Hugging Face's `tokenizer.json` and back. */
import type { Bpe } from "./train-bpe.ts";

/** The parts of `tokenizer.json` that {@link fromTokenizerJson} reads. */
interface TokenizerJson {
  readonly added_tokens: readonly unknown[];
  readonly model: {
    readonly vocab: Readonly<Record<string, number>>;
    readonly merges: readonly (readonly [string, string])[];
  };
}

export function toTokenizerJson({ tokens, merges, firstMerge }: Bpe): Record<string, unknown> {
  const specials = tokens.slice(0, firstMerge - 256);
  const byteLevel = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true };
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: specials.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: null,
    decoder: byteLevel,
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges: merges.map(([left, right]) => [tokens[left], tokens[right]]),
    },
  };
}

export function fromTokenizerJson(json: unknown): Bpe {
  const { added_tokens, model } = json as TokenizerJson;
  const tokens: string[] = [];
  for (const [token, id] of Object.entries(model.vocab)) tokens[id] = token;
  const merges = model.merges.map(([left, right]) => [model.vocab[left]!, model.vocab[right]!] as const);
  return { tokens, merges, firstMerge: added_tokens.length + 256 };
}
