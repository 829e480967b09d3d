import { PrecompiledNormalizer, ReplaceNormalizer } from "@huggingface/tokenizers";
import { InputError } from "@lorank/core";
import { flatten, type Step, type StepPattern } from "./json.ts";

type Normalize = (text: string) => string;

/**
 * Normaliser for `tokenizer.json`, as in the Rust library. @huggingface/tokenizers differs at upper-case sigma, white
 * space, ideographs beyond the first plane, and `$` in replacements.
 */
export function normalizerOf(json: unknown): Normalize {
  const steps = flatten(json, "normalizers").map(stepOf);
  return (text) => {
    const most = GROWTH * text.length + MOST_ADDED;
    let done = text;
    for (const step of steps) {
      done = step(done, most);
      if (done.length > most) throw tooLong(most);
    }
    return done;
  };
}

/** Growth limit: most characters a step makes from one. NFKD makes 18 from U+FDFA, the most known. */
const GROWTH = 32;
const MOST_ADDED = 1000;

function tooLong(most: number): InputError {
  const limit = `${GROWTH} times its own and ${MOST_ADDED}`;
  return new InputError(
    "E_TOKENIZER",
    `normalizer must make at most ${most} characters of a text (${limit}), got more`,
  );
}

/** Normalisation step that throws before making many more than `most` characters. */
type NormalizeStep = (text: string, most: number) => string;

function stepOf(step: Step): NormalizeStep {
  switch (step.type) {
    case "NFC":
    case "NFD":
    case "NFKC":
    case "NFKD": {
      const form = step.type;
      return (text) => text.normalize(form);
    }
    case "Lowercase":
      return lowercase;
    case "StripAccents":
      return (text) => text.replace(/\p{M}/gu, "");
    case "Strip":
      return (text) => {
        const started = step.strip_left === false ? text : text.replace(/^\p{White_Space}+/u, "");
        return step.strip_right === false ? started : withoutTrailingSpace(started);
      };
    case "Prepend":
      return (text) => (text === "" ? "" : String(step.prepend ?? "") + text);
    case "Replace": {
      const content = String(step.content ?? "");
      const { pattern } = new ReplaceNormalizer({
        type: "Replace",
        pattern: step.pattern as StepPattern,
        content,
      });
      return (text, most) => (pattern === null ? text : replaced(text, pattern, content, most));
    }
    case "BertNormalizer":
      return bertNormalizer(step);
    case "Precompiled":
      return new PrecompiledNormalizer({
        type: "Precompiled",
        precompiled_charsmap: String(step.precompiled_charsmap ?? ""),
      });
    default:
      throw new Error(`Unknown Normalizer type: ${step.type}`);
  }
}

/** Replaces each match by `content`, within a limit: the content may have a million characters. */
function replaced(text: string, pattern: RegExp, content: string, most: number): string {
  let added = 0;
  return text.replace(pattern, () => {
    added += content.length;
    if (added > most) throw tooLong(most);
    return content;
  });
}

/** Lower case letter by letter, as Rust: sigma ignores the word's end. */
function lowercase(text: string): string {
  return text.includes("Σ") ? text.replaceAll("Σ", "σ").toLowerCase() : text.toLowerCase();
}

function bertNormalizer(step: Step): Normalize {
  const lower = step.lowercase !== false;
  const strip = typeof step.strip_accents === "boolean" ? step.strip_accents : lower;
  return (text) => {
    let done = text;
    if (step.clean_text !== false) {
      done = done.replace(DROPPED, "").replace(/[\p{White_Space}]/gu, " ");
    }
    if (step.handle_chinese_chars !== false) done = done.replace(IDEOGRAPH, " $& ");
    if (strip) done = done.normalize("NFD").replace(/\p{Mn}/gu, "");
    return lower ? lowercase(done) : done;
  };
}

/** Dropped characters: NUL, the replacement character, and control characters except tab and line ends. */
const DROPPED = /[\0\ufffd]|(?![\t\n\r])[\p{Cc}\p{Cf}\p{Co}]/gu;

// Ideograph blocks as in BERT's tokenizer, with the same error at 2B820 to 2B91F.
const IDEOGRAPH =
  /[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{2a6df}\u{2a700}-\u{2b81f}\u{2b920}-\u{2ceaf}\u{2f800}-\u{2fa1f}]/gu;

/** Text without trailing white space; a regular expression would try every run. */
export function withoutTrailingSpace(text: string): string {
  let end = text.length;
  while (end > 0 && /\p{White_Space}/u.test(text[end - 1]!)) end--; // all in the first plane
  return text.slice(0, end);
}
