import { type ModelSource, modelConfig, modelTokenizer } from "@lorank/checkpoint";
import { InputError, isInputError } from "@lorank/core";
import { checkTokenizer } from "./check-tokenizer.ts";
import { withinDeadline } from "./deadline.ts";
import { decoderOf } from "./decode.ts";
import { flatten, KNOWN_PATTERNS, SINGLE_DIGIT, type Step, type StepPattern } from "./json.ts";
import { asLoaded, type LoadedTokenizer, vocabularyOf } from "./loading.ts";
import { type Pipeline, pipelineOf } from "./pipeline.ts";

/**
 * True if a text may be cut between an ASCII letter and a space that another ASCII letter follows. The tokens of the
 * part before the cut are then the first tokens of the whole.
 *
 * That holds when pre-tokenisation ends a word at such a place whatever comes later. Normalisation must change no
 * letter because of what stands behind a space. Only tokenizers known to be so are let through: a SentencePiece model
 * without pre-tokeniser, for one, looks at the text as a whole.
 */
export function cutsAtSpaces(
  tokenizer: Pick<LoadedTokenizer, "preTokenizer" | "normalizer" | "addedTokens">,
): boolean {
  const steps = flatten(tokenizer.preTokenizer, "pretokenizers");
  const splitter = steps.find((step) => !cutsDigits(step)); // those cut words smaller and look at digits only
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

/** Text to token ids. */
export interface TextTokenizer {
  /**
   * The first tokens of `text`, at most `maxLength` with the special tokens around them. The text is shortened and not
   * the special tokens, as transformers does with `truncation=True`.
   */
  encode(text: string, maxLength: number): number[];
  /** All tokens of `text` and nothing around them: `add_special_tokens=False`. */
  ids(text: string): number[];
  /**
   * The text of token ids: `decode(…, skip_special_tokens=…)`. (default: special tokens stay out)
   *
   * @throws InputError E_TOKENIZER for a tokenizer that makes text in a way unknown here, such as BERT's.
   */
  decode(ids: readonly number[], options?: { readonly keepSpecial?: boolean }): string;
  /** The special tokens that {@link encode} puts before and after a text. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** The largest token id plus 1: the model's embedding needs at least so many rows. */
  readonly vocabSize: number;
  /** The token that ends a text, or null if the tokenizer names none. */
  readonly eosId: number | null;
  /** The token that fills up a shorter row of a batch, or null if the tokenizer names none. */
  readonly padId: number | null;
  /** The tokens that stand for no text, such as those that begin and end a turn. */
  readonly specialIds: ReadonlySet<number>;
  /** `bos_token`, `eos_token` and so on, as they stand in a text. */
  readonly specialTokens: Readonly<Record<string, string>>;
  /** The model's own form of a conversation, in Jinja, or null: see `renderChat`. */
  readonly chatTemplate: string | null;
}

export interface TokenizerOptions {
  /**
   * Longest time for one text, in milliseconds, where the tokenizer brings regular expressions of its own. Browsers have
   * none: a page ends the worker. (default: 10 000)
   */
  readonly deadline?: number;
}

/** Characters a token that are read before the rest of a long text is cut away. */
const CHARACTERS_PER_TOKEN = 8;

/**
 * The tokenizer of a model: of a Hugging Face folder, or of a GGUF file.
 *
 * Gives the ids that AutoTokenizer of transformers 5 gives. A token such as BOS, [CLS] or [SEP] is added where the
 * post-processor says so, and nowhere else.
 *
 * @throws InputError E_TOKENIZER for files that describe no tokenizer known here, and for a text that takes it too long.
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

  /** The first `count` tokens of the text itself, reading no more of a long text than they need. */
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

/** `model_type` of the folder's config.json, which decides the class of a tokenizer that names none. */
function modelType(model: ModelSource): string | undefined {
  if (model.path.endsWith(".gguf")) return undefined; // what it holds is complete
  try {
    const type = modelConfig(model).config.model_type;
    return typeof type === "string" ? type : undefined;
  } catch (error) {
    if (isInputError(error)) return undefined; // a tokenizer may stand alone
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

/** Gives errors of the library's code a code, such as that of a string longer than there may be. */
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

/** The first place from `from` on where an ASCII word ends in one space before another, or null if there is none. */
function wordEnd(text: string, from: number): number | null {
  const boundary = /[A-Za-z](?= [A-Za-z])/g;
  boundary.lastIndex = from;
  const match = boundary.exec(text);
  return match === null ? null : match.index + 1;
}

/** True if every regular expression in it is one that is known to end soon on any text. */
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
