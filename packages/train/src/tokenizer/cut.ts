import { flatten, type Pattern, type Step } from "./json.ts";
import type { LoadedTokenizer } from "./loading.ts";
import { KNOWN_PATTERNS, SINGLE_DIGIT } from "./patterns.ts";

/**
 * Whether a tokenizer is one for which a text may be cut between an ASCII letter and a space
 * that another ASCII letter follows: the tokens of the part before the cut are then the first tokens of the whole.
 *
 * That holds when pre-tokenisation ends a word at such a place whatever comes later, and normalisation changes no
 * letter because of what stands behind a space. Only tokenizers known to be so are let through: a SentencePiece
 * model without pre-tokeniser, for one, looks at the text as a whole.
 */
export function cutsAtSpaces(
  tokenizer: Pick<LoadedTokenizer, "preTokenizer" | "normalizer" | "addedTokens">,
): boolean {
  const steps = flatten(tokenizer.preTokenizer, "pretokenizers");
  const splitter = steps.find((step) => !cutsDigits(step)); // those cut words smaller and look at digits only
  return (
    splitter !== undefined &&
    endsWordsAtSpaces(splitter) &&
    flatten(tokenizer.normalizer, "normalizers").every((step) => LOCAL_NORMALIZERS.has(step.type)) &&
    tokenizer.addedTokens.every(({ content }) => !/\s/.test(content)) // else a cut may fall into one
  );
}

const LOCAL_NORMALIZERS = new Set([
  "NFC",
  "NFD",
  "NFKC",
  "NFKD",
  "Lowercase",
  "StripAccents",
  "BertNormalizer",
]);

const SPLIT_ON_SPACES = new Set(["BertPreTokenizer", "Whitespace", "WhitespaceSplit"]);

function endsWordsAtSpaces(step: Step): boolean {
  if (step.type === "ByteLevel") return step.use_regex !== false;
  if (step.type === "Split") return KNOWN_PATTERNS.has(regexOf(step));
  return SPLIT_ON_SPACES.has(step.type);
}

function cutsDigits(step: Step): boolean {
  return step.type === "Digits" || (step.type === "Split" && SINGLE_DIGIT.has(regexOf(step)));
}

function regexOf(step: Step): string {
  return (step.pattern as Pattern | undefined)?.Regex ?? "";
}
