import type { JsonObject } from "../../json.ts";
import { bad } from "../cursor.ts";
import type { MetadataReader } from "../metadata.ts";

type TokenKind = "normal" | "unknown" | "control" | "user-defined" | "unused" | "byte";

export interface Token {
  readonly id: number;
  readonly text: string;
  readonly kind: TokenKind;
}

export interface SpecialToken {
  readonly id: number;
  readonly text: string;
}

export interface Vocabulary {
  readonly file: string;
  readonly architecture: string | undefined;
  readonly metadata: MetadataReader;
  readonly tokens: readonly Token[];
  readonly special: Readonly<Record<SpecialRole, SpecialToken | undefined>>;
}

type SpecialRole = "bos" | "eos" | "unknown" | "padding" | "separator" | "cls" | "mask";

// Token kinds by `tokenizer.ggml.token_type`. Source: llama.h. Type 0, "undefined", is normal to llama.cpp.
const KINDS: Readonly<Record<number, TokenKind>> = {
  0: "normal",
  1: "normal",
  2: "unknown",
  3: "control",
  4: "user-defined",
  5: "unused",
  6: "byte",
};

/** Metadata keys for special token ids; `seperator` is the format's spelling. */
const ID_KEYS: Readonly<Record<SpecialRole, string>> = {
  bos: "tokenizer.ggml.bos_token_id",
  eos: "tokenizer.ggml.eos_token_id",
  unknown: "tokenizer.ggml.unknown_token_id",
  padding: "tokenizer.ggml.padding_token_id",
  separator: "tokenizer.ggml.seperator_token_id",
  cls: "tokenizer.ggml.cls_token_id",
  mask: "tokenizer.ggml.mask_token_id",
};

const roles = Object.keys(ID_KEYS) as SpecialRole[];

/** Reads the vocabulary. Problems go to `metadata`: finish it before using the result. */
export function readVocabulary(metadata: MetadataReader): Vocabulary {
  const texts = metadata.texts("tokenizer.ggml.tokens");
  const typesKey = "tokenizer.ggml.token_type";
  const types = metadata.has(typesKey) ? metadata.numbers(typesKey, texts.length) : undefined;
  const tokens = texts.map((text, id): Token => ({ id, text, kind: KINDS[types?.[id] ?? 1] ?? "normal" }));
  const specialToken = (role: SpecialRole): SpecialToken | undefined => {
    const key = ID_KEYS[role];
    const id = metadata.countIfAny(key);
    if (id === undefined) return undefined;
    metadata.check(id < tokens.length, key, `an id below ${tokens.length}, the number of tokens`);
    return tokens[id];
  };
  return {
    file: metadata.file,
    architecture: metadata.textIfAny("general.architecture"),
    metadata,
    tokens,
    special: Object.fromEntries(roles.map((role) => [role, specialToken(role)])) as Vocabulary["special"],
  };
}

export function addedTokens(tokens: readonly Token[], kinds: readonly TokenKind[]): JsonObject[] {
  return tokens
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ id, text, kind }) => ({
      id,
      content: text,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: kind !== "user-defined",
    }));
}

/** Token ids by text. No prototype: a token may be called `__proto__`. Among equal texts the last counts. */
export function idsByText(tokens: readonly Token[]): Record<string, number> {
  const ids: Record<string, number> = Object.create(null);
  for (const { id, text } of tokens) ids[text] = id;
  return ids;
}

/** Post-processor that puts special tokens around a text, and around the second text in a pair; null without tokens. */
export function templateProcessing(
  before: SpecialToken | undefined,
  after: SpecialToken | undefined,
): JsonObject | null {
  const special = [before, after].filter((token) => token !== undefined);
  if (special.length === 0) return null;
  const sequence = (id: "A" | "B", type: number): JsonObject[] => [
    ...(before === undefined ? [] : [{ SpecialToken: { id: before.text, type_id: type } }]),
    { Sequence: { id, type_id: type } },
    ...(after === undefined ? [] : [{ SpecialToken: { id: after.text, type_id: type } }]),
  ];
  return {
    type: "TemplateProcessing",
    single: sequence("A", 0),
    pair: [...sequence("A", 0), ...sequence("B", 1)],
    special_tokens: Object.fromEntries(
      special.map(({ id, text }) => [text, { id: text, ids: [id], tokens: [text] }]),
    ),
  };
}

/** Tokens to put before and after a text, as the file says, else by tokenizer kind. */
export function beginAndEnd(
  { metadata, special, file }: Vocabulary,
  byKind: { readonly bos: boolean; readonly eos: boolean },
): { before: SpecialToken | undefined; after: SpecialToken | undefined } {
  const tokenOf = (role: "bos" | "eos"): SpecialToken | undefined => {
    const key = `tokenizer.ggml.add_${role}_token`;
    if (!metadata.flagOr(key, byKind[role])) return undefined;
    const token = special[role];
    if (token !== undefined || !metadata.has(key)) return token;
    throw bad(file, `"${ID_KEYS[role]}" must be there where "${key}" is true, got no such key`);
  };
  return { before: tokenOf("bos"), after: tokenOf("eos") };
}
