import { type ModelSource, modelConfig, modelTokenizer } from "@lorank/checkpoint";
import { InputError, isInputError } from "@lorank/core";
import { checkTokenizer } from "./check-tokenizer.ts";
import { withinDeadline } from "./deadline.ts";
import { decoderOf } from "./decode.ts";
import { flatten, KNOWN_PATTERNS, SINGLE_DIGIT, type Step, type StepPattern } from "./json.ts";
import { asLoaded, type LoadedTokenizer, vocabularyOf } from "./loading.ts";
import { type Pipeline, pipelineOf } from "./pipeline.ts";

/**
 * True if a text may be cut before a space between ASCII letters without changing the tokens before the cut.
 * Pre-tokenisation must end a word there, and normalisation must not look at later letters. False for unknown
 * tokenizers, such as SentencePiece without pre-tokeniser.
 */
export function cutsAtSpaces(
  tokenizer: Pick<LoadedTokenizer, "preTokenizer" | "normalizer" | "addedTokens">,
): boolean {
  const steps = flatten(tokenizer.preTokenizer, "pretokenizers");
  const splitter = steps.find((step) => !cutsDigits(step)); // others cut digits only
  return (
    splitter !== undefined &&
    endsWordsAtSpaces(splitter) &&
    flatten(tokenizer.normalizer, "normalizers").every((step) => LOCAL_NORMALIZERS.has(step.type)) &&
    tokenizer.addedTokens.every(({ content }) => !/\s/.test(content)) // else a cut may fall into one
  );
}

const LOCAL_NORMALIZERS = new Set([
  "NFC",
  "NFD",
  "NFKC",
  "NFKD",
  "Lowercase",
  "StripAccents",
  "BertNormalizer",
]);

const SPLIT_ON_SPACES = new Set(["BertPreTokenizer", "Whitespace", "WhitespaceSplit"]);

function endsWordsAtSpaces(step: Step): boolean {
  if (step.type === "ByteLevel") return step.use_regex !== false;
  if (step.type === "Split") return KNOWN_PATTERNS.has(regexOf(step));
  return SPLIT_ON_SPACES.has(step.type);
}

function cutsDigits(step: Step): boolean {
  return step.type === "Digits" || (step.type === "Split" && SINGLE_DIGIT.has(regexOf(step)));
}

function regexOf(step: Step): string {
  return (step.pattern as StepPattern | undefined)?.Regex ?? "";
}

/** Converts text to token ids, and back. */
export interface TextTokenizer {
  /** First tokens of `text`, at most `maxLength` including special tokens: `truncation=True` of transformers. */
  encode(text: string, maxLength: number): number[];
  /** Tokens of `text` without special tokens around it: `add_special_tokens=False`. */
  ids(text: string): number[];
  /**
   * Text for token ids: `decode(…, skip_special_tokens=…)`. (default: without special tokens)
   * @throws InputError E_TOKENIZER for an unsupported decoder, such as BERT's.
   */
  decode(ids: readonly number[], options?: { readonly keepSpecial?: boolean }): string;
  /** Special tokens that {@link encode} puts before and after a text. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** Largest token id plus 1, the least row count for the embedding. */
  readonly vocabSize: number;
  /** End-of-text token id; null if unnamed. */
  readonly eosId: number | null;
  /** Padding token id; null if unnamed. */
  readonly padId: number | null;
  /** Special token ids, which have no text, such as those around a turn. */
  readonly specialIds: ReadonlySet<number>;
  /** Special tokens by name (`bos_token`, `eos_token`, …) as written in texts. */
  readonly specialTokens: Readonly<Record<string, string>>;
  /** Chat template in Jinja, or null: see `renderChat`. */
  readonly chatTemplate: string | null;
}

export interface TokenizerOptions {
  /**
   * Time limit in milliseconds per text, for a tokenizer's own regular expressions; none in browsers. (default: 10 000)
   */
  readonly deadline?: number;
}

/** Characters read per token, before a long text is cut. */
const CHARACTERS_PER_TOKEN = 8;

/**
 * Tokenizer from a Hugging Face folder or a GGUF file, with the ids of AutoTokenizer in transformers 5. Only the
 * post-processor adds tokens such as BOS, [CLS] or [SEP].
 * @throws InputError E_TOKENIZER for unknown files, and for a text that takes too long.
 */
export function createTokenizer(
  model: ModelSource,
  { deadline = 10_000 }: TokenizerOptions = {},
): TextTokenizer {
  const { tokenizer: json, config, chatTemplate, source } = modelTokenizer(model);
  checkTokenizer(json, config, source);
  const type = modelType(model);
  const { loaded, pipeline } = construct(source, () => asLoaded(json, config, type));
  const { before, after } = pipeline;
  const guarded = !hasKnownPatterns(loaded);
  const mayCut = cutsAtSpaces(loaded);

  function encode(text: string, maxLength: number): number[] {
    const specials = before.length + after.length;
    if (!Number.isInteger(maxLength) || maxLength <= specials) {
      const rule = `a whole number above the ${specials} special tokens`;
      throw new InputError("E_MAX_LENGTH", `maxLength must be ${rule}, got ${maxLength}`);
    }
    return [...before, ...firstTokens(text, maxLength - specials), ...after];
  }

  /** First `count` tokens, reading no more text than needed. */
  function firstTokens(text: string, count: number): number[] {
    for (let reach = count * CHARACTERS_PER_TOKEN; mayCut && reach < text.length; reach *= 2) {
      const end = wordEnd(text, reach);
      if (end === null) break;
      const found = ids(text.slice(0, end));
      if (found.length >= count) return found.slice(0, count);
    }
    return ids(text).slice(0, count);
  }

  function ids(text: string): number[] {
    const done = guarded
      ? withinDeadline(deadline, () => tokenised(source, pipeline, text))
      : { value: tokenised(source, pipeline, text) };
    if (done !== null) return done.value;
    throw new InputError(
      "E_TOKENIZER",
      `a text must be tokenised within ${deadline / 1000} s, got more for one of ${text.length} characters ` +
        `that begins ${JSON.stringify(text.slice(0, 40))}: a regular expression in ${source} may never end on it`,
    );
  }

  let decoder: ReturnType<typeof decoderOf> | undefined;

  function decode(ids: readonly number[], { keepSpecial = false } = {}): string {
    try {
      decoder ??= decoderOf(loaded, vocabulary);
      return decoder(ids, !keepSpecial);
    } catch (cause) {
      throw unreadable(source, cause);
    }
  }

  const idOf = (key: string): number | null => {
    const content = loaded.specialTokens[key];
    if (content === undefined) return null;
    return byContent.get(content) ?? vocabulary.get(content) ?? null;
  };
  const vocabulary = vocabularyOf(loaded.model);
  const byContent = new Map(loaded.addedTokens.map(({ content, id }) => [content, id]));
  const all = [...vocabulary.values(), ...byContent.values()];
  return {
    encode,
    ids,
    decode,
    before,
    after,
    vocabSize: all.reduce((size, id) => Math.max(size, id + 1), 0),
    eosId: idOf("eos_token"),
    padId: idOf("pad_token"),
    specialIds: new Set(loaded.addedTokens.flatMap(({ id, special }) => (special ? [id] : []))),
    specialTokens: loaded.specialTokens,
    chatTemplate,
  };
}

/** Config's `model_type`, which decides the class of a tokenizer that names none. */
function modelType(model: ModelSource): string | undefined {
  if (model.path.endsWith(".gguf")) return undefined; // GGUF is complete
  try {
    const type = modelConfig(model).config.model_type;
    return typeof type === "string" ? type : undefined;
  } catch (error) {
    if (isInputError(error)) return undefined; // no config.json
    throw error;
  }
}

function construct(
  source: string,
  load: () => LoadedTokenizer,
): { readonly loaded: LoadedTokenizer; readonly pipeline: Pipeline } {
  try {
    const loaded = load();
    return { loaded, pipeline: pipelineOf(loaded) };
  } catch (cause) {
    throw unreadable(source, cause);
  }
}

function unreadable(source: string, cause: unknown): InputError {
  const rule = "must be a tokenizer that can be read here";
  return new InputError("E_TOKENIZER", `${source} ${rule}: ${(cause as Error).message}`, { cause });
}

/** Tokenises, giving codes to the library's errors, such as for too long a string. */
function tokenised(source: string, pipeline: Pipeline, text: string): number[] {
  try {
    return pipeline.ids(text);
  } catch (cause) {
    if (isInputError(cause)) throw cause;
    const reason = (cause as Error).message;
    throw new InputError(
      "E_TOKENIZER",
      `${source} must tokenise a text of ${text.length} characters: ${reason}`,
      {
        cause,
      },
    );
  }
}

/** First ASCII word end from `from` on, before a space and another word. */
function wordEnd(text: string, from: number): number | null {
  const boundary = /[A-Za-z](?= [A-Za-z])/g;
  boundary.lastIndex = from;
  const match = boundary.exec(text);
  return match === null ? null : match.index + 1;
}

/** True if all regular expressions are known to be fast on any text. */
function hasKnownPatterns(loaded: LoadedTokenizer): boolean {
  const steps = [
    ...flatten(loaded.preTokenizer, "pretokenizers"),
    ...flatten(loaded.normalizer, "normalizers"),
  ];
  return steps.every((step) => {
    const regex = (step.pattern as StepPattern | undefined)?.Regex;
    return regex === undefined || KNOWN_PATTERNS.has(regex) || SINGLE_DIGIT.has(regex);
  });
}
