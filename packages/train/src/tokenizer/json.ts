/** JSON object from a model file, unchecked. */
export type Json = Readonly<Record<string, unknown>>;

export interface Step {
  readonly type: string;
  readonly [option: string]: unknown;
}

/** Steps in a tokenizer part; nested `Sequence`s are unfolded from `listKey`. */
export function flatten(step: unknown, listKey: string): Step[] {
  if (typeof step !== "object" || step === null) return [];
  const list = (step as Record<string, unknown>)[listKey];
  return Array.isArray(list) ? list.flatMap((inner) => flatten(inner, listKey)) : [step as Step];
}

/** Pattern in `Split` or `Replace`: `{ "String": … }` or `{ "Regex": … }`. */
export interface StepPattern {
  readonly String?: string;
  readonly Regex?: string;
}

/** Word patterns from GPT-2, Llama 3 and Qwen 2, which end a word before a space. */
const GPT2 = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

const LLAMA3 =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

export const QWEN2 = LLAMA3.replace("\\p{N}{1,3}", "\\p{N}");

/** Single-digit patterns, which do not affect where words end. */
export const SINGLE_DIGIT: ReadonlySet<string> = new Set(["\\p{N}", "\\d", "[0-9]"]);

/** Regular expressions known to take linear time on any text. */
export const KNOWN_PATTERNS: ReadonlySet<string> = new Set([GPT2, LLAMA3, QWEN2]);
