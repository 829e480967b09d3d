import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@lorank/core";
import { systemErrorCode } from "./files/system-error.ts";
import { isGgufPath } from "./gguf/path.ts";
import { ggufTokenizer } from "./gguf/tokenizer/tokenizer.ts";
import { decodeUtf8, isJsonObject, type JsonObject, parseJsonObject } from "./json.ts";
import { shown } from "./text.ts";

/** What a model says about its tokenizer. */
export interface ModelTokenizer {
  /** `tokenizer.json`. */
  readonly tokenizer: Record<string, unknown>;
  /** `tokenizer_config.json`; empty where there is none. */
  readonly config: Record<string, unknown>;
  /** The Jinja template of a conversation, the default one where there are several. */
  readonly chatTemplate: string | null;
  /** Where the tokenizer came from, for messages. */
  readonly source: string;
}

const CODE = "E_TOKENIZER";

const TOKENIZER = "tokenizer.json";
const TOKENIZER_CONFIG = "tokenizer_config.json";
const TEMPLATE = "chat_template.jinja";

// The largest known, Gemma 3's, has 33 MB; its tokenizer_config.json has 1.2 MB.
const MOST_BYTES = { [TOKENIZER]: 100_000_000, [TOKENIZER_CONFIG]: 10_000_000, [TEMPLATE]: 1_000_000 };

/**
 * Reads the tokenizer of a model folder, or makes the one that the model in a `.gguf` file would have. A `chat_template.jinja` wins over `tokenizer_config.json`'s `chat_template`,
 * as it does in transformers.
 *
 * @throws InputError E_TOKENIZER naming the file that is missing, too large, not JSON or not a tokenizer, or the
 *   metadata that is.
 */
export function readModelTokenizer(path: string): ModelTokenizer {
  if (isGgufPath(path)) return ggufTokenizer(path);
  const source = join(path, TOKENIZER);
  if (!existsSync(source)) {
    throw new InputError(
      CODE,
      `${path} must hold ${TOKENIZER}, got none\n` +
        "A tokenizer in another format (tokenizer.model, vocab.txt, vocab.json and merges.txt) must be converted: " +
        'AutoTokenizer.from_pretrained(folder).save_pretrained(folder) of the Python package "transformers" does it.',
    );
  }
  const tokenizer = readJson(path, TOKENIZER);
  if (!isJsonObject(tokenizer.model)) {
    throw new InputError(CODE, `${source}: model must be an object, got ${shown(tokenizer.model)}`);
  }
  const config = existsSync(join(path, TOKENIZER_CONFIG)) ? readJson(path, TOKENIZER_CONFIG) : {};
  const chatTemplate = existsSync(join(path, TEMPLATE))
    ? readText(path, TEMPLATE)
    : templateOf(config.chat_template, join(path, TOKENIZER_CONFIG));
  return { tokenizer, config, chatTemplate, source };
}

/** One template, or a list of named ones: `[{ "name": "default", "template": "…" }, …]`. */
function templateOf(given: unknown, file: string): string | null {
  if (given === undefined || given === null) return null;
  if (typeof given === "string") return given;
  if (Array.isArray(given) && given.every(isNamedTemplate)) {
    return given.find(({ name }) => name === "default")?.template ?? null;
  }
  throw new InputError(
    CODE,
    `${file}: chat_template must be a string or a list of { name, template }, got ${shown(given)}`,
  );
}

function isNamedTemplate(entry: unknown): entry is { name: string; template: string } {
  return isJsonObject(entry) && typeof entry.name === "string" && typeof entry.template === "string";
}

function readJson(folder: string, file: keyof typeof MOST_BYTES): JsonObject {
  return parseJsonObject(readText(folder, file), join(folder, file), CODE);
}

function readText(folder: string, file: keyof typeof MOST_BYTES): string {
  const path = join(folder, file);
  const most = MOST_BYTES[file];
  let bytes: Buffer;
  try {
    const { size } = statSync(path);
    if (size > most) throw new InputError(CODE, `${path} must have at most ${most} bytes, got ${size}`);
    bytes = readFileSync(path);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(CODE, `${path} must be a readable file, got ${systemErrorCode(error)}`, {
      cause: error,
    });
  }
  return decodeUtf8(bytes, path, CODE);
}
