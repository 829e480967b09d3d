import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { InputError, isInputError } from "@lorank/core";
import { isGgufPath } from "../gguf/path.ts";
import { decodeUtf8 } from "../json.ts";
import { CODE, type ModelTokenizer, type NamedText, parseModelTokenizer } from "../model-tokenizer.ts";
import { readGgufTokenizer } from "./gguf-file.ts";
import { unreadable } from "./system-error.ts";

const TOKENIZER = "tokenizer.json";
const TOKENIZER_CONFIG = "tokenizer_config.json";
const TEMPLATE = "chat_template.jinja";

// The largest known, Gemma 3's, has 33 MB; its tokenizer_config.json has 1.2 MB.
const MOST_BYTES = { [TOKENIZER]: 100_000_000, [TOKENIZER_CONFIG]: 10_000_000, [TEMPLATE]: 1_000_000 };

/**
 * Reads the tokenizer of a model folder, or makes the one that the model in a `.gguf` file would have.
 *
 * @throws InputError E_TOKENIZER naming the file that is missing, too large, not JSON or not a tokenizer, or the
 *   metadata that is.
 */
export function readModelTokenizer(path: string): ModelTokenizer {
  if (isGgufPath(path)) return readGgufTokenizer(path);
  if (!existsSync(join(path, TOKENIZER))) {
    throw new InputError(
      CODE,
      `${path} must hold ${TOKENIZER}, got none\n` +
        "A tokenizer in another format (tokenizer.model, vocab.txt, vocab.json and merges.txt) must be converted: " +
        'AutoTokenizer.from_pretrained(folder).save_pretrained(folder) of the Python package "transformers" does it.',
    );
  }
  const config = readIfAny(path, TOKENIZER_CONFIG);
  const chatTemplate = readIfAny(path, TEMPLATE);
  return parseModelTokenizer({
    tokenizer: readText(path, TOKENIZER),
    ...(config && { config }),
    ...(chatTemplate && { chatTemplate }),
  });
}

function readIfAny(folder: string, file: keyof typeof MOST_BYTES): NamedText | undefined {
  return existsSync(join(folder, file)) ? readText(folder, file) : undefined;
}

function readText(folder: string, file: keyof typeof MOST_BYTES): NamedText {
  const path = join(folder, file);
  const most = MOST_BYTES[file];
  try {
    const { size } = statSync(path);
    if (size > most) throw new InputError(CODE, `${path} must have at most ${most} bytes, got ${size}`);
    return { name: path, text: decodeUtf8(readFileSync(path), path, CODE) };
  } catch (error) {
    if (isInputError(error)) throw error;
    throw unreadable(path, error, CODE);
  }
}
