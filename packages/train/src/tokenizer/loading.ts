import type { AddedToken } from "./added-tokens.ts";
import type { Json } from "./json.ts";
import { classOf, contentOf, type RebuiltClass, rebuilt } from "./rebuilt-class.ts";

/** Parts of a tokenizer, combined from its files as in transformers. */
export interface LoadedTokenizer {
  readonly model: Json;
  readonly normalizer: unknown;
  readonly preTokenizer: unknown;
  readonly postProcessor: unknown;
  /** Decoder steps, from tokens to text. */
  readonly decoder: unknown;
  readonly addedTokens: readonly AddedToken[];
  /** Special tokens by name (`bos_token`, `eos_token`, …). */
  readonly specialTokens: Readonly<Record<string, string>>;
}

const NAMED = "bos_token eos_token unk_token sep_token pad_token cls_token mask_token".split(" ");

/**
 * Combines `tokenizer.json` and `tokenizer_config.json` as AutoTokenizer of transformers 5. Some classes use only
 * vocabulary and merges; tokens the configuration alone names are added.
 */
export function asLoaded(json: Json, config: Json, modelType: string | undefined): LoadedTokenizer {
  const kind = classOf(json, config, modelType);
  const base = kind === null ? null : rebuilt(kind, json, config);
  const specialTokens = namedTokens(kind, config);
  return {
    model: base?.model ?? (json.model as Json),
    normalizer: base === null ? json.normalizer : base.normalizer,
    preTokenizer: base === null ? json.pre_tokenizer : base.preTokenizer,
    postProcessor: base?.postProcessor ?? json.post_processor,
    decoder: base === null ? json.decoder : base.decoder,
    addedTokens: addedTokens(json, config, kind, specialTokens),
    specialTokens,
  };
}

function namedTokens(kind: RebuiltClass | null, config: Json): Record<string, string> {
  const tokens: Record<string, string> = { ...kind?.tokens };
  for (const key of NAMED) {
    const content = contentOf(config[key]);
    if (content !== null) tokens[key] = content;
    else if (config[key] === null) delete tokens[key];
  }
  return tokens;
}

/** Added tokens, which are found in the text itself, with their ids. */
function addedTokens(
  json: Json,
  config: Json,
  kind: RebuiltClass | null,
  named: Readonly<Record<string, string>>,
): AddedToken[] {
  const vocabulary = vocabularyOf(json.model as Json);
  const found = new Map<string, AddedToken>();
  let free = vocabulary.size;
  const add = (token: Json, id: number | undefined): void => {
    const content = String(token.content);
    const known = vocabulary.get(content) ?? found.get(content)?.id ?? id ?? free;
    free = Math.max(free, known + 1);
    const special = token.special === true;
    found.set(content, {
      id: known,
      content,
      special,
      normalized: typeof token.normalized === "boolean" ? token.normalized : !special,
      lstrip: token.lstrip === true,
      rstrip: token.rstrip === true,
      singleWord: token.single_word === true,
    });
  };
  const fromConfig = decoderOf(config.added_tokens_decoder);
  if (kind === null || fromConfig === null) {
    for (const token of listOf(json.added_tokens)) add(token, token.id as number);
  }
  for (const [id, token] of fromConfig ?? []) add(token, id);
  const more = listOf(config.extra_special_tokens ?? config.additional_special_tokens);
  for (const token of [...Object.values(named).map((content) => ({ content })), ...more]) {
    const content = contentOf(token);
    if (content !== null && !found.has(content)) {
      add({ ...(typeof token === "object" ? token : {}), content, special: true }, undefined);
    }
  }
  return [...found.values()];
}

export function vocabularyOf(model: Json): Map<string, number> {
  const { vocab } = model;
  if (Array.isArray(vocab)) return new Map(vocab.map(([token]: [string], id) => [token, id]));
  return new Map(Object.entries((vocab ?? {}) as Record<string, number>));
}

/** Reads `added_tokens_decoder`, in id order: JavaScript sorts whole-number keys. */
function decoderOf(decoder: unknown): [number, Json][] | null {
  if (typeof decoder !== "object" || decoder === null) return null;
  return Object.entries(decoder as Record<string, Json>).map(([id, token]) => [Number(id), token]);
}

function listOf(value: unknown): (Json & { readonly content: string })[] {
  if (typeof value !== "object" || value === null) return [];
  const list = Array.isArray(value) ? value : Object.values(value);
  return list.flatMap((token: unknown) => {
    const content = contentOf(token);
    return content === null ? [] : [{ ...(typeof token === "object" ? token : {}), content }];
  });
}
