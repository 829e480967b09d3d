import { ByteLevelPreTokenizer, type PreTokenizer, SequencePreTokenizer } from "@huggingface/tokenizers";
import { flatten, type Pattern, type Step } from "./json.ts";

/**
 * The pre-tokeniser of a `tokenizer.json` in words that @huggingface/tokenizers reads as the Rust library does.
 *
 * That library looks at a `Split` as `Removed` or `Isolated` only, cuts at no Metaspace, keeps punctuation together, and
 * takes digits, letters and white space to be those of ASCII or of JavaScript. All of these can be said by a `Split`
 * with a regular expression.
 */
export function portablePreTokenizer(json: unknown): object | null {
  const steps = flatten(json, "pretokenizers").flatMap(portable);
  return steps.length === 0 ? null : { type: "Sequence", pretokenizers: steps };
}

const PUNCTUATION = "[\\p{P}!-/:-@\\[-`{-~]";

function portable(step: Step): Step[] {
  switch (step.type) {
    case "Split":
      return [split(regexOf(step.pattern as Pattern), step.behavior, step.invert === true)];
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
  // Before there was a scheme, `add_prefix_space` alone said whether to prepend.
  const scheme = step.prepend_scheme ?? (step.add_prefix_space === false ? "never" : "always");
  const marked = { ...step, prepend_scheme: scheme };
  return step.split === false ? [marked] : [marked, split(quoted(mark), "MergedWithNext")];
}

/**
 * A `Split` at `regex` that is `Isolated` or `Removed`: the other behaviours are said by what is isolated, which is a
 * delimiter with its neighbour, or a run of delimiters.
 */
function split(regex: string, behavior: unknown, invert = false): Step {
  const name = String(behavior).toLowerCase().replaceAll("_", "");
  const make = (source: string, how: string, inverted: boolean): Step => ({
    type: "Split",
    pattern: { Regex: source },
    behavior: how,
    invert: inverted,
  });
  if (name === "removed") return make(regex, "Removed", invert);
  // Inverted, the text between the matches is what delimits: kept apart either way.
  if (name === "isolated" || invert) return make(regex, "Isolated", false);
  const other = `(?:(?!${regex})[\\s\\S])`;
  if (name === "contiguous") return make(`(?:${regex})+`, "Isolated", false);
  if (name === "mergedwithnext") return make(`(?:${regex})${other}*`, "Isolated", false);
  // Merged with the previous: what follows the last delimiter is told apart, or each of its places would be tried.
  return make(`${other}*(?:${regex})|${other}+`, "Isolated", false);
}

function regexOf(pattern: Pattern | undefined): string {
  return pattern?.Regex ?? quoted(pattern?.String ?? "");
}

function quoted(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

/** GPT-2's words, with the white space of Unicode: JavaScript's `\s` has the byte order mark and lacks U+0085. */
const GPT2 =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

/** Gives every `ByteLevel` step among the built ones the words of the Rust library. */
export function correctByteLevel(preTokenizer: PreTokenizer | null): void {
  if (preTokenizer instanceof SequencePreTokenizer) preTokenizer.tokenizers.forEach(correctByteLevel);
  if (preTokenizer instanceof ByteLevelPreTokenizer) preTokenizer.pattern = GPT2;
}
