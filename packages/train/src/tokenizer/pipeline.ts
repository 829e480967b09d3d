import {
  ByteLevelPreTokenizer,
  type PreTokenizer,
  SequencePreTokenizer,
  Tokenizer,
  Unigram,
} from "@huggingface/tokenizers";
import { InputError } from "@lorank/core";
import { sectionsBy } from "./added-tokens.ts";
import { flatten, type Step, type StepPattern } from "./json.ts";
import type { LoadedTokenizer } from "./loading.ts";
import { normalizerOf } from "./normalize.ts";

/** Word cache limits: most words, and longest word in UTF-16 units; a few MB. */
const MOST_KNOWN = 50_000;
const LONGEST_KNOWN = 32;

export interface Pipeline {
  ids(text: string): number[];
  /** Ids of the special tokens that the post-processor puts before and after a text. */
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/**
 * Tokenisation pipeline as in the Rust library: cut out added tokens, normalise, cut at normalised added tokens, cut
 * into words, merge.
 * @throws Error for a part unknown to the library.
 */
export function pipelineOf(loaded: LoadedTokenizer): Pipeline {
  const normalize = normalizerOf(loaded.normalizer);
  const library = new Tokenizer(
    {
      added_tokens: [],
      normalizer: null,
      pre_tokenizer: portablePreTokenizer(loaded.preTokenizer),
      model: loaded.model,
      post_processor: loaded.postProcessor ?? null,
      decoder: null,
    },
    // Unigram models need an end-of-text token.
    loaded.specialTokens.eos_token === undefined ? {} : { eos_token: loaded.specialTokens.eos_token },
  );
  const { pre_tokenizer: words, post_processor: around, model } = library;
  if (model === null) throw new Error("model must be there");
  correctByteLevel(words);
  const raw = sectionsBy(
    loaded.addedTokens.filter(({ normalized }) => !normalized),
    ({ content }) => content,
  );
  const normalised = sectionsBy(
    loaded.addedTokens.filter(({ normalized }) => normalized),
    ({ content }) => normalize(content),
  );

  function ids(text: string): number[] {
    // Lone surrogates have no UTF-8 and become the replacement character.
    const wellFormed = text.replace(/\p{Cs}/gu, "\ufffd");
    const result: number[] = [];
    raw(wellFormed).forEach((section, i) => {
      if ("id" in section) {
        result.push(section.id);
        return;
      }
      normalised(normalize(section.text)).forEach((part, j) => {
        if ("id" in part) result.push(part.id);
        // Metaspace pre-tokenisers treat the text's first piece differently.
        else appendIds(result, words === null ? [part.text] : words(part.text, { section_index: i + j }));
      });
    });
    return result;
  }

  /** Cached token ids by word: words recur. */
  const known = new Map<string, readonly number[]>();

  function appendIds(result: number[], pieces: string[]): void {
    // Pieces are tokenised one by one, or unknown tokens would be joined across words.
    for (const piece of pieces) {
      let found = known.get(piece);
      if (found === undefined) {
        found = pieceIds(piece);
        if (piece.length <= LONGEST_KNOWN) {
          if (known.size === MOST_KNOWN) known.clear();
          known.set(piece, found);
        }
      }
      for (const id of found) result.push(id);
    }
  }

  function pieceIds(piece: string): number[] {
    const tokens = model instanceof Unigram ? unigramTokens(model, piece) : model!([piece]);
    return Array.from(tokens, (token) => {
      const id = model!.tokens_to_ids.get(token) ?? model!.unk_token_id;
      if (id !== undefined) return id;
      const rule = "an id or an unk_token for every text";
      throw new InputError("E_TOKENIZER", `the tokenizer must have ${rule}, got ${JSON.stringify(token)}`);
    });
  }

  const byContent = new Map(loaded.addedTokens.map(({ content, id }) => [content, id]));
  const idOf = (token: string): number => {
    const id = byContent.get(token) ?? model.tokens_to_ids.get(token);
    if (id !== undefined) return id;
    throw new Error(`post_processor names ${JSON.stringify(token)}, which is no token`);
  };
  const { before, after } = specialsAround((tokens) => around?.(tokens).tokens ?? tokens);
  return { ids, before: before.map(idOf), after: after.map(idOf) };
}

/** Special tokens around a text, found by processing a unique probe. */
function specialsAround(process: (tokens: string[]) => string[]): { before: string[]; after: string[] } {
  const probe = "\0 the text";
  const whole = process([probe]);
  const at = whole.indexOf(probe);
  if (at === -1 || whole.lastIndexOf(probe) !== at) {
    throw new Error(
      `post_processor must hold the text once, got it ${at === -1 ? "nowhere" : "more than once"}`,
    );
  }
  return { before: whole.slice(0, at), after: whole.slice(at + 1) };
}

/** Unigram tokens for a piece. `Unigram.encode` passes them as arguments, perhaps too many, and lacks byte fallback. */
function unigramTokens(model: Unigram, piece: string): string[] {
  const fallsBack = (model.config as { byte_fallback?: boolean }).byte_fallback === true;
  const tokens: string[] = [];
  let unknown = "";
  const flush = (): void => {
    if (unknown === "") return;
    const bytes = [...new TextEncoder().encode(unknown)].map(
      (byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`,
    );
    if (fallsBack && bytes.every((byte) => model.tokens_to_ids.has(byte))) {
      for (const byte of bytes) tokens.push(byte);
    } else tokens.push(unknown);
    unknown = "";
  };
  for (const token of model.tokenize(piece)) {
    const known = model.tokens_to_ids.get(token);
    if (known === undefined || known === model.unk_token_id) unknown += token;
    else {
      flush();
      tokens.push(token);
    }
  }
  flush();
  return tokens;
}

/**
 * Rewrites a pre-tokeniser for @huggingface/tokenizers as `Split` steps that do the same as the Rust library. The
 * package knows only `Removed` and `Isolated` splits, and cuts at no Metaspace. It leaves punctuation together, and has
 * ASCII or JavaScript character classes.
 */
function portablePreTokenizer(json: unknown): object | null {
  const steps = flatten(json, "pretokenizers").flatMap(portable);
  return steps.length === 0 ? null : { type: "Sequence", pretokenizers: steps };
}

const PUNCTUATION = "[\\p{P}!-/:-@\\[-`{-~]";

function portable(step: Step): Step[] {
  switch (step.type) {
    case "Split":
      return [split(regexOf(step.pattern as StepPattern), step.behavior, step.invert === true)];
    case "Punctuation":
      return [split(PUNCTUATION, step.behavior ?? "Isolated")];
    case "Digits":
      return [split("\\p{N}", step.individual_digits === true ? "Isolated" : "Contiguous")];
    case "Whitespace":
      return [split("\\w+|[^\\w\\s]+", "Removed", true)];
    case "WhitespaceSplit":
      return [split("\\s+", "Removed")];
    case "BertPreTokenizer":
      return [split("\\s+", "Removed"), split(PUNCTUATION, "Isolated")];
    case "Metaspace":
      return metaspace(step);
    default:
      return [step];
  }
}

function metaspace(step: Step): Step[] {
  const mark = String(step.replacement ?? "▁");
  // Older files have no scheme: `add_prefix_space` alone decides about prepending.
  const scheme = step.prepend_scheme ?? (step.add_prefix_space === false ? "never" : "always");
  const marked = { ...step, prepend_scheme: scheme };
  return step.split === false ? [marked] : [marked, split(regexOfText(mark), "MergedWithNext")];
}

/** `Split` step as `Isolated` or `Removed`; other behaviours isolate a delimiter with the neighbour, or a run. */
function split(regex: string, behavior: unknown, invert = false): Step {
  const name = String(behavior).toLowerCase().replaceAll("_", "");
  const make = (source: string, how: string, inverted: boolean): Step => ({
    type: "Split",
    pattern: { Regex: source },
    behavior: how,
    invert: inverted,
  });
  if (name === "removed") return make(regex, "Removed", invert);
  // Inverted, the text between matches is the delimiter, and stands alone either way.
  if (name === "isolated" || invert) return make(regex, "Isolated", false);
  const other = `(?:(?!${regex})[\\s\\S])`;
  if (name === "contiguous") return make(`(?:${regex})+`, "Isolated", false);
  if (name === "mergedwithnext") return make(`(?:${regex})${other}*`, "Isolated", false);
  // Merged with previous: text behind the last delimiter needs a branch, or each position would be tried.
  return make(`${other}*(?:${regex})|${other}+`, "Isolated", false);
}

function regexOf(pattern: StepPattern | undefined): string {
  return pattern?.Regex ?? regexOfText(pattern?.String ?? "");
}

function regexOfText(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

/** GPT-2's word pattern with Unicode white space: JavaScript's `\s` has the byte order mark and lacks U+0085. */
const GPT2 =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

/** Sets the Rust library's word pattern in every built `ByteLevel` step. */
function correctByteLevel(preTokenizer: PreTokenizer | null): void {
  if (preTokenizer instanceof SequencePreTokenizer) preTokenizer.tokenizers.forEach(correctByteLevel);
  if (preTokenizer instanceof ByteLevelPreTokenizer) preTokenizer.pattern = GPT2;
}
