import { InputError, isInputError } from "@lorank/core";
import type { JsonObject } from "../../json.ts";
import type { ModelTokenizer } from "../../model-tokenizer.ts";
import { quoted } from "../../text.ts";
import { bad } from "../cursor.ts";
import type { GgufHeader } from "../header.ts";
import { MetadataReader } from "../metadata.ts";
import { byteLevelTokenizer } from "./byte-level.ts";
import { sentencePieceTokenizer, wordPieceTokenizer } from "./pieces.ts";
import { readVocabulary, type SpecialToken, type Vocabulary } from "./vocabulary.ts";

const KINDS: ReadonlyMap<string, (vocabulary: Vocabulary) => JsonObject> = new Map([
  ["gpt2", byteLevelTokenizer],
  ["llama", sentencePieceTokenizer],
  ["bert", wordPieceTokenizer],
]);

/**
 * Converts a GGUF's tokenizer to `tokenizer.json` and `tokenizer_config.json`. A GGUF does not say whether an added
 * token takes in the spaces around it. Throws E_TOKENIZER naming the file and missing or wrong keys.
 */
export function ggufTokenizer(header: GgufHeader): ModelTokenizer {
  const { file } = header;
  try {
    const metadata = new MetadataReader(header.metadata, file);
    const model = metadata.text("tokenizer.ggml.model");
    metadata.finish();
    const build = KINDS.get(model);
    if (build === undefined) {
      const supported = [...KINDS.keys()].join(", ");
      throw bad(file, `"tokenizer.ggml.model" must be one of ${supported}, got ${quoted(model)}`);
    }
    const vocabulary = readVocabulary(metadata);
    metadata.finish();
    const chatTemplate = metadata.textIfAny("tokenizer.chat_template") ?? null;
    const tokenizer = build(vocabulary);
    const config = tokenizerConfig(vocabulary, model === "bert");
    metadata.finish();
    return { tokenizer, config, chatTemplate, source: file };
  } catch (error) {
    if (!isInputError(error)) throw error;
    throw new InputError("E_TOKENIZER", error.message, { cause: error });
  }
}

function tokenizerConfig({ special, metadata, architecture }: Vocabulary, cleansUp: boolean): JsonObject {
  const named: Readonly<Record<string, SpecialToken | undefined>> = {
    bos_token: special.bos,
    eos_token: special.eos,
    unk_token: special.unknown,
    pad_token: special.padding,
    sep_token: special.separator,
    cls_token: special.cls ?? (cleansUp ? special.bos : undefined),
    mask_token: special.mask,
  };
  const texts = Object.entries(named).flatMap(([name, token]) =>
    token === undefined ? [] : [[name, token.text]],
  );
  const length =
    architecture === undefined ? undefined : metadata.countIfAny(`${architecture}.context_length`);
  return {
    tokenizer_class: "PreTrainedTokenizerFast",
    ...Object.fromEntries(texts),
    ...(length === undefined ? {} : { model_max_length: length }),
    clean_up_tokenization_spaces: cleansUp,
  };
}
