/** How words are told apart by GPT-2, Llama 3 and Qwen 2: a letter or digit ends its word where a space begins. */
export const GPT2 = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

export const LLAMA3 =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

export const QWEN2 = LLAMA3.replace("\\p{N}{1,3}", "\\p{N}");

/** One digit each: cut apart wherever it stands, which makes no difference to where words end. */
export const SINGLE_DIGIT: ReadonlySet<string> = new Set(["\\p{N}", "\\d", "[0-9]"]);

/** Regular expressions known to look at each character a few times at most, whatever the text. */
export const KNOWN_PATTERNS: ReadonlySet<string> = new Set([GPT2, LLAMA3, QWEN2]);
