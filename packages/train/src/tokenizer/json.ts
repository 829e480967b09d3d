/** An object of a model's JSON, whose values are not checked yet. */
export type Json = Readonly<Record<string, unknown>>;

/** A part of `tokenizer.json` that has a kind: a normaliser, a pre-tokeniser, a post-processor. */
export interface Step {
  readonly type: string;
  readonly [option: string]: unknown;
}

/** The steps of a pre-tokeniser or normaliser: none, one, or those of a (nested) `Sequence` under `listKey`. */
export function flatten(step: unknown, listKey: string): Step[] {
  if (typeof step !== "object" || step === null) return [];
  const list = (step as Record<string, unknown>)[listKey];
  return Array.isArray(list) ? list.flatMap((inner) => flatten(inner, listKey)) : [step as Step];
}

/** The pattern of a `Split` or `Replace`: `{ "String": … }` or `{ "Regex": … }`. */
export interface StepPattern {
  readonly String?: string;
  readonly Regex?: string;
}

/** Words of GPT-2, Llama 3 and Qwen 2: a letter or digit ends its word where a space begins. */
const GPT2 = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

const LLAMA3 =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

export const QWEN2 = LLAMA3.replace("\\p{N}{1,3}", "\\p{N}");

/** One digit each: cut apart wherever it stands, which makes no difference to where words end. */
export const SINGLE_DIGIT: ReadonlySet<string> = new Set(["\\p{N}", "\\d", "[0-9]"]);

/** Regular expressions known to look at each character a few times at most, whatever the text. */
export const KNOWN_PATTERNS: ReadonlySet<string> = new Set([GPT2, LLAMA3, QWEN2]);
