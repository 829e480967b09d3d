import { cutText, InputError } from "@lorank/core";
import type { Json } from "./json.ts";

/** Token id limit: fifty times the largest known vocabulary, Gemma's 262,144. */
const MOST_IDS = 2 ** 24;

/** Limits: steps per tokenizer part, and nesting depth of `Sequence`. */
const MOST_STEPS = 64;
const DEEPEST = 8;

/** Most problems reported; a file may have a million. */
const MOST_PROBLEMS = 8;

/** Field rule: a description of valid values, and a test for them. */
type Rule = readonly [rule: string, holds: (value: unknown) => boolean];

const STRING: Rule = ["a string", (value) => typeof value === "string"];
const TEXT_OR_NONE: Rule = ["a string or null", (value) => value == null || typeof value === "string"];
const ID: Rule = [
  `an integer from 0 to ${MOST_IDS - 1}`,
  (value) => Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) < MOST_IDS,
];
const PATTERN: Rule = [
  '{ "String": string } or { "Regex": string }',
  (value) => isRecord(value) && [value.String, value.Regex].some((text) => typeof text === "string"),
];
const TOKEN_AND_ID: Rule = [
  "a token and its id",
  (value) => Array.isArray(value) && typeof value[0] === "string" && ID[1](value[1]),
];
const MARK: Rule = ["one character", (value) => typeof value === "string" && [...value].length === 1];

/** Field rules by step `type`; `?` marks optional fields. */
const STEP_FIELDS: Readonly<Record<string, Readonly<Record<string, Rule>>>> = {
  Prepend: { prepend: STRING },
  Replace: { pattern: PATTERN, content: STRING },
  Precompiled: { precompiled_charsmap: TEXT_OR_NONE },
  Split: { pattern: PATTERN, behavior: STRING },
  Punctuation: { "?behavior": STRING },
  Metaspace: { "?replacement": MARK },
  BertProcessing: { cls: TOKEN_AND_ID, sep: TOKEN_AND_ID },
  RobertaProcessing: { cls: TOKEN_AND_ID, sep: TOKEN_AND_ID },
  TemplateProcessing: { single: ["a list of { SpecialToken } and { Sequence }", isTemplate] },
};

/**
 * Checks every field that makes a tokenizer, before any is used.
 * @throws InputError E_TOKENIZER with up to eight wrong fields.
 */
export function checkTokenizer(tokenizer: Json, config: Json, source: string): void {
  const problems: string[] = [];
  const check = (field: string, value: unknown, [rule, holds]: Rule): boolean => {
    if (holds(value)) return true;
    problems.push(`${field} must be ${rule}, got ${valueInWords(value)}`);
    return false;
  };
  checkModel(tokenizer.model as Json, check, () => problems.length < MOST_PROBLEMS);
  const added = tokenizer.added_tokens ?? [];
  if (check("added_tokens", added, ["a list", Array.isArray])) {
    for (const [i, token] of (added as unknown[]).entries()) {
      if (problems.length >= MOST_PROBLEMS) break;
      const field = `added_tokens[${i}]`;
      if (!check(field, token, ["an object", isRecord])) continue;
      check(`${field}.content`, (token as Json).content, STRING);
      check(`${field}.id`, (token as Json).id, ID);
    }
  }
  for (const [id, token] of Object.entries(
    isRecord(config.added_tokens_decoder) ? config.added_tokens_decoder : {},
  )) {
    if (problems.length >= MOST_PROBLEMS) break;
    check("a key of added_tokens_decoder", Number(id), ID);
    check(`added_tokens_decoder["${id}"]`, token, ["an object with a content", hasContent]);
  }
  checkSteps("normalizer", tokenizer.normalizer, "normalizers", check);
  checkSteps("pre_tokenizer", tokenizer.pre_tokenizer, "pretokenizers", check);
  checkSteps("post_processor", tokenizer.post_processor, "processors", check);
  if (problems.length > 0) {
    const more = problems.length > MOST_PROBLEMS ? ["and more"] : [];
    throw new InputError(
      "E_TOKENIZER",
      `${source}: ${[...problems.slice(0, MOST_PROBLEMS), ...more].join("; ")}`,
    );
  }
}

type Check = (field: string, value: unknown, rule: Rule) => boolean;

function checkModel(model: Json, check: Check, goOn: () => boolean): void {
  const { type, vocab, merges } = model;
  check("model.type", type, TEXT_OR_NONE);
  for (const field of ["unk_token", "continuing_subword_prefix", "end_of_word_suffix"]) {
    check(`model.${field}`, model[field], TEXT_OR_NONE);
  }
  if (vocab === undefined) return; // unknown kind, refused later
  if (Array.isArray(vocab)) {
    for (let i = 0; i < vocab.length && goOn(); i++) check(`model.vocab[${i}]`, vocab[i], TOKEN_AND_SCORE);
    const id: Rule = [
      "null or the place of a token",
      (value) => value == null || (ID[1](value) && (value as number) < vocab.length),
    ];
    check("model.unk_id", model.unk_id, id);
  } else if (check("model.vocab", vocab, ["an object or a list", isRecord])) {
    for (const token of Object.keys(vocab as Json)) {
      if (!goOn()) break;
      const id = (vocab as Json)[token];
      if (!ID[1](id)) check(`model.vocab[${valueInWords(token)}]`, id, ID); // 262,144 names would take time
    }
  }
  if (type !== "BPE" && merges === undefined) return;
  if (!check("model.merges", merges, ["a list", Array.isArray])) return;
  const list = merges as unknown[];
  // All merges have one form, which the first merge decides.
  const merge = Array.isArray(list[0]) ? MERGED_PAIR : MERGED_TEXT;
  for (let i = 0; i < list.length && goOn(); i++) check(`model.merges[${i}]`, list[i], merge);
}

const TOKEN_AND_SCORE: Rule = [
  "a token and its score",
  (value) => Array.isArray(value) && typeof value[0] === "string" && Number.isFinite(value[1]),
];
const MERGED_TEXT: Rule = [
  "two tokens with a space between",
  (value) => typeof value === "string" && value.includes(" "),
];
const MERGED_PAIR: Rule = [
  "a list of two tokens",
  (value) => Array.isArray(value) && value.length === 2 && value.every((token) => typeof token === "string"),
];

function checkSteps(part: string, whole: unknown, listKey: string, check: Check): void {
  let steps = 0;
  let byteSteps = 0;
  const walk = (field: string, step: unknown, depth: number): void => {
    if (
      !check(field, step, [
        "an object with a type",
        (value) => isRecord(value) && typeof value.type === "string",
      ])
    )
      return;
    const { type, [listKey]: list } = step as Json & { readonly type: string };
    if (Array.isArray(list)) {
      if (!check(field, depth, [`nested at most ${DEEPEST} deep`, () => depth <= DEEPEST])) return;
      steps += list.length;
      if (!check(part, steps, [`at most ${MOST_STEPS} steps`, () => steps <= MOST_STEPS])) return;
      for (const [i, inner] of list.entries()) walk(`${field}.${listKey}[${i}]`, inner, depth + 1);
      return;
    }
    if (type === "ByteLevel") byteSteps += 1;
    check(part, byteSteps, [
      "at most 2 ByteLevel steps, each of which may double a text",
      () => byteSteps <= 2,
    ]);
    if (type === "Sequence") check(`${field}.${listKey}`, list, ["a list", Array.isArray]);
    for (const [name, rule] of Object.entries(Object.hasOwn(STEP_FIELDS, type) ? STEP_FIELDS[type]! : {})) {
      const own = name.replace("?", "");
      const value = (step as Json)[own];
      if (name === own || value != null) check(`${field}.${own}`, value, rule);
    }
  };
  if (whole != null) walk(part, whole, 0);
}

function isTemplate(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every((item) => {
      const part: unknown = isRecord(item) ? (item.SpecialToken ?? item.Sequence) : undefined;
      return isRecord(part) && typeof part.id === "string";
    })
  );
}

function hasContent(value: unknown): boolean {
  return isRecord(value) && typeof value.content === "string";
}

function isRecord(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const LONGEST_SHOWN = 80;

function valueInWords(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "object" && value !== null)
    return Array.isArray(value) ? `a list of ${value.length}` : "an object";
  return cutText(JSON.stringify(value) ?? typeof value, LONGEST_SHOWN);
}
