import type { JsonObject } from "../../json.ts";
import { quoted } from "../../text.ts";
import { bad } from "../cursor.ts";
import { PRE_TOKENIZERS } from "./pre-tokenizers.ts";
import { addedTokens, beginAndEnd, idsByText, templateProcessing, type Vocabulary } from "./vocabulary.ts";

/** `tokenizer.ggml.model` "gpt2": byte-level BPE, whose tokens are spelled in 256 letters that stand for bytes. */
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
      // Unused tokens fill up a vocabulary; no text may become one.
      vocab: idsByText(tokens.filter(({ kind }) => kind !== "unused")),
      merges: merges.map((merge, i) => {
        const space = merge.indexOf(" ", 1);
        if (space > 0) return [merge.slice(0, space), merge.slice(space + 1)];
        throw bad(file, `element ${i} of "tokenizer.ggml.merges" must be two tokens, got ${quoted(merge)}`);
      }),
    },
  };
}
