/**
 * Whether `tokenizer.json` describes a tokenizer for which a text may be cut between an ASCII letter and a space
 * that another ASCII letter follows: the tokens of the part before the cut are then the first tokens of the whole.
 *
 * That holds when pre-tokenisation ends a word at such a place whatever comes later, and normalisation changes no
 * letter because of what stands behind a space. Only tokenizers known to be so are let through: a SentencePiece
 * model without pre-tokeniser, for one, looks at the text as a whole.
 */
export function cutsAtSpaces(tokenizer: Readonly<Record<string, unknown>>): boolean {
  const steps = flatten(tokenizer.pre_tokenizer, "pretokenizers");
  const splitter = steps.find((step) => step.type !== "Digits"); // cuts words smaller, looks at one character
  return (
    splitter !== undefined &&
    endsWordsAtSpaces(splitter) &&
    flatten(tokenizer.normalizer, "normalizers").every((step) => LOCAL_NORMALIZERS.has(step.type)) &&
    addedTokens(tokenizer).every((content) => !/\s/.test(content)) // else a cut may fall into one
  );
}

interface Step {
  readonly type: string;
  readonly use_regex?: boolean;
  readonly pattern?: { readonly Regex?: string };
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

/** The patterns of Llama 3, of Qwen 2 and of GPT-2: letters end where a space begins, in all of them. */
const KNOWN_PATTERNS = new Set([
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
  "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
]);

function endsWordsAtSpaces(step: Step): boolean {
  if (step.type === "ByteLevel") return step.use_regex !== false;
  if (step.type === "Split") return KNOWN_PATTERNS.has(step.pattern?.Regex ?? "");
  return SPLIT_ON_SPACES.has(step.type);
}

/** The steps of a pre-tokeniser or normaliser: none, one, or those of a (nested) `Sequence`. */
function flatten(step: unknown, listKey: string): Step[] {
  if (typeof step !== "object" || step === null) return [];
  const list = (step as Record<string, unknown>)[listKey];
  return Array.isArray(list) ? list.flatMap((inner) => flatten(inner, listKey)) : [step as Step];
}

function addedTokens(tokenizer: Readonly<Record<string, unknown>>): string[] {
  const tokens = tokenizer.added_tokens;
  return Array.isArray(tokens) ? tokens.map(({ content }: { content: string }) => content) : [];
}
