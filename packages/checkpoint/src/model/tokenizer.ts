import { InputError, isInputError } from "@lorank/core";
import { type FileSource, readFileRange } from "../byte-source.ts";
import { ggufTokenizerIn } from "../gguf/open.ts";
import { decodeUtf8 } from "../json.ts";
import { CODE, type ModelTokenizer, type NamedText, parseModelTokenizer } from "../model-tokenizer.ts";
import { isGgufPath } from "../path.ts";
import { type ModelSource, openWhole } from "./model-source.ts";

const TOKENIZER = "tokenizer.json";
const TOKENIZER_CONFIG = "tokenizer_config.json";
const TEMPLATE = "chat_template.jinja";

// Size limits per file in bytes. Largest known: Gemma 3's tokenizer.json, 33 MB, and tokenizer_config.json, 1.2 MB.
const MOST_BYTES = { [TOKENIZER]: 100_000_000, [TOKENIZER_CONFIG]: 10_000_000, [TEMPLATE]: 1_000_000 };

/**
 * Reads the tokenizer from a model folder, or converts a `.gguf` file's.
 *
 * @throws InputError E_TOKENIZER naming a file that is missing, too large, not JSON or not a tokenizer, or the faulty
 * metadata.
 */
export function modelTokenizer(model: ModelSource): ModelTokenizer {
  if (isGgufPath(model.path)) return ggufTokenizerIn(openWhole(model));
  if (!model.has(TOKENIZER)) {
    throw new InputError(
      CODE,
      `${model.path} must hold ${TOKENIZER}, got none\n` +
        "A tokenizer in another format (tokenizer.model, vocab.txt, vocab.json and merges.txt) must be converted: " +
        'AutoTokenizer.from_pretrained(folder).save_pretrained(folder) of the Python package "transformers" does it.',
    );
  }
  const config = readIfAny(model, TOKENIZER_CONFIG);
  const chatTemplate = readIfAny(model, TEMPLATE);
  return parseModelTokenizer({
    tokenizer: readText(model, TOKENIZER),
    ...(config && { config }),
    ...(chatTemplate && { chatTemplate }),
  });
}

function readIfAny(model: ModelSource, file: keyof typeof MOST_BYTES): NamedText | undefined {
  return model.has(file) ? readText(model, file) : undefined;
}

function readText(model: ModelSource, file: keyof typeof MOST_BYTES): NamedText {
  const path = model.pathOf(file);
  const most = MOST_BYTES[file];
  const open = opened(model, file);
  try {
    const size = open.byteLength;
    if (size > most) throw new InputError(CODE, `${path} must have at most ${most} bytes, got ${size}`);
    return { name: path, text: decodeUtf8(readFileRange(open, 0, size, CODE), path, CODE) };
  } finally {
    open.close();
  }
}

function opened(model: ModelSource, file: string): FileSource {
  try {
    return model.open(file);
  } catch (error) {
    if (!isInputError(error)) throw error;
    throw new InputError(CODE, error.message, { cause: error });
  }
}
