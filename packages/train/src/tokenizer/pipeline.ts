import { Tokenizer, Unigram } from "@huggingface/tokenizers";
import { InputError } from "@lorank/core";
import { sectionsBy } from "./added-tokens.ts";
import type { LoadedTokenizer } from "./loading.ts";
import { normalizerOf } from "./normalize.ts";
import { correctByteLevel, portablePreTokenizer } from "./pre-tokenize.ts";

/** Words whose ids are remembered, and the longest of them in UTF-16 units: at most a few MB. */
const MOST_KNOWN = 50_000;
const LONGEST_KNOWN = 32;

/** Text to token ids, without special tokens around it. */
export interface Pipeline {
  ids(text: string): number[];
  /** What the post-processor puts before and after a text. */
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/**
 * The steps of the Rust library around the parts of @huggingface/tokenizers that give the same: added tokens are cut
 * out, the rest is normalised, cut at the added tokens that are looked for then, cut into words, and merged.
 *
 * @throws Error for a part that the library does not know.
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
    // an unigram model asks for the text's end
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
    // A lone half of a surrogate pair has no UTF-8: it becomes the replacement character, as everywhere.
    const wellFormed = text.replace(/\p{Cs}/gu, "\ufffd");
    const result: number[] = [];
    raw(wellFormed).forEach((section, i) => {
      if ("id" in section) {
        result.push(section.id);
        return;
      }
      normalised(normalize(section.text)).forEach((part, j) => {
        if ("id" in part) result.push(part.id);
        // Metaspace asks whether this is the first piece of the text.
        else appendIds(result, words === null ? [part.text] : words(part.text, { section_index: i + j }));
      });
    });
    return result;
  }

  /** Words come again and again: the ids of each are worked out once. */
  const known = new Map<string, readonly number[]>();

  function appendIds(result: number[], pieces: string[]): void {
    // piece by piece, or unknown ones would be joined across words
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

/** What the post-processor puts before and after a text, found by giving it a token that is no other. */
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

/**
 * The tokens of one piece. `Unigram.encode` gives the same, but passes them as arguments, of which there may be too many,
 * and knows no bytes to fall back on.
 */
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
