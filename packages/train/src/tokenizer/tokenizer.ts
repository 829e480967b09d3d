import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Tokenizer } from "@huggingface/tokenizers";
import { InputError } from "@lorank/core";
import { cutsAtSpaces } from "./cut.ts";

/** Text to token ids. */
export interface TextTokenizer {
  /**
   * The first tokens of `text`, at most `maxLength` with the special tokens around them: the text is shortened and
   * the special tokens kept, as transformers does with `truncation=True`.
   */
  encode(text: string, maxLength: number): number[];
  /** The largest token id plus 1: the model's embedding needs at least so many rows. */
  readonly vocabSize: number;
  /** The token that ends a text, or null if the tokenizer names none. */
  readonly eosId: number | null;
}

/** Characters a token that are read before the rest of a long text is cut away. */
const CHARACTERS_PER_TOKEN = 8;

/**
 * Loads `tokenizer.json` and `tokenizer_config.json` of a Hugging Face model folder.
 * A token such as BOS, [CLS] or [SEP] is added where the file's post-processor says so, and nowhere else.
 */
export function createTokenizer(folder: string): TextTokenizer {
  const json = readJson(join(folder, "tokenizer.json"));
  const config = readJson(join(folder, "tokenizer_config.json"));
  const tokenizer = construct(join(folder, "tokenizer.json"), json, config);
  const around = specialsAround(tokenizer, join(folder, "tokenizer.json"));
  const mayCut = cutsAtSpaces(json);

  function encode(text: string, maxLength: number): number[] {
    const specials = around.before.length + around.after.length;
    if (!Number.isInteger(maxLength) || maxLength <= specials) {
      const rule = `a whole number above the ${specials} special tokens`;
      throw new InputError("E_MAX_LENGTH", `maxLength must be ${rule}, got ${maxLength}`);
    }
    const room = maxLength - specials;
    return [...around.before, ...firstTokens(text, room), ...around.after];
  }

  /** The first `count` tokens of the text itself, reading no more of a long text than they need. */
  function firstTokens(text: string, count: number): number[] {
    for (let reach = count * CHARACTERS_PER_TOKEN; mayCut && reach < text.length; reach *= 2) {
      const end = wordEnd(text, reach);
      if (end === null) break;
      const ids = plainIds(tokenizer, text.slice(0, end));
      if (ids.length >= count) return ids.slice(0, count);
    }
    return plainIds(tokenizer, text).slice(0, count);
  }

  return {
    encode,
    vocabSize: [...tokenizer.get_vocab().values()].reduce((size, id) => Math.max(size, id + 1), 0),
    eosId: specialId(tokenizer, config, "eos_token"),
  };
}

/** The first place from `from` on where an ASCII word ends in one space before another, or null if there is none. */
function wordEnd(text: string, from: number): number | null {
  const boundary = /[A-Za-z](?= [A-Za-z])/g;
  boundary.lastIndex = from;
  const match = boundary.exec(text);
  return match === null ? null : match.index + 1;
}

function plainIds(tokenizer: Tokenizer, text: string): number[] {
  const { ids, tokens } = tokenizer.encode(text, { add_special_tokens: false });
  const unknown = (ids as (number | undefined)[]).indexOf(undefined);
  if (unknown === -1) return ids;
  const token = JSON.stringify(tokens[unknown]);
  throw new InputError(
    "E_TOKENIZER",
    `the tokenizer must have an id or an unk_token for every text, got ${token}`,
  );
}

/** What the post-processor puts before and after a text. */
function specialsAround(tokenizer: Tokenizer, path: string): { before: number[]; after: number[] } {
  const probe = "a";
  const plain = tokenizer.encode(probe, { add_special_tokens: false }).ids;
  const whole = tokenizer.encode(probe).ids;
  const last = whole.length - plain.length;
  for (let start = 0; start <= last; start++) {
    if (plain.every((id, i) => whole[start + i] === id)) {
      return { before: whole.slice(0, start), after: whole.slice(start + plain.length) };
    }
  }
  throw new InputError(
    "E_TOKENIZER",
    `${path}: post_processor must only add tokens before and after a text, got [${whole}] for the tokens [${plain}]`,
  );
}

function construct(path: string, json: Record<string, unknown>, config: Record<string, unknown>): Tokenizer {
  try {
    return new Tokenizer(json, config);
  } catch (cause) {
    const reason = (cause as Error).message;
    throw new InputError("E_TOKENIZER", `${path} must be a tokenizer that can be read here: ${reason}`, {
      cause,
    });
  }
}

function specialId(tokenizer: Tokenizer, config: Record<string, unknown>, key: string): number | null {
  const token = config[key];
  const content =
    typeof token === "object" && token !== null ? (token as { content?: unknown }).content : token;
  return typeof content === "string" ? (tokenizer.token_to_id(content) ?? null) : null;
}

function readJson(path: string): Record<string, unknown> {
  if (!existsSync(path))
    throw new InputError("E_TOKENIZER", `${path} must exist: the texts cannot be tokenised without it`);
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
    throw new TypeError("not an object");
  } catch (cause) {
    throw new InputError("E_TOKENIZER", `${path} must hold a JSON object: ${(cause as Error).message}`, {
      cause,
    });
  }
}
