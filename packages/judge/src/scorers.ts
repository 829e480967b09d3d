import { distance } from "fastest-levenshtein";
import { fMeasure, treeBankTokenize } from "js-rouge";

/** Scoring rule of a metric, before `not-` inverts it. */
export interface Scorer {
  /** Rule for the reference, completing "reference must be …"; absent if none is needed. */
  readonly needs?: string;
  /** Reference test: false if the metric cannot use the text. (default: any text) */
  readonly accepts?: (reference: string) => boolean;
  /** Present if the time is not bounded by the texts' lengths: Node then scores in a thread. */
  readonly isSlow?: true;
  /** Present if references may be JSON lists or objects. */
  readonly takesJson?: true;
  /** @returns 0 to 1. `value` is the reference, if not a text. */
  score(answer: string, reference: string, value: unknown): number;
}

export interface ScorerRow {
  /** Metric's form in help texts: `numeric[:TOLERANCE]`. */
  readonly form: string;
  /** Rule for the parameter, completing "metric must be FORM"; absent without a parameter. */
  readonly rule?: string;
  /** Scorer for a parameter. Undefined, or a SyntaxError, where the parameter breaks the rule. */
  readonly scorer: (parameter: string | undefined) => Scorer | undefined;
}

const anyText = { needs: "a text" };
const someText = { needs: "a text that is not empty", accepts: (text: string) => text !== "" };

/** Metrics by promptfoo's names, and `numeric`. */
export const scorers: Readonly<Record<string, ScorerRow>> = {
  equals: bare("equals", {
    ...{ needs: "a text or a JSON value", takesJson: true },
    score: (answer, text, value) => Number(isObject(value) ? isJsonOf(answer, value) : answer === text),
  }),
  contains: bare("contains", { ...someText, score: (answer, text) => Number(answer.includes(text)) }),
  icontains: bare("icontains", {
    ...someText,
    score: (answer, text) => Number(answer.toLowerCase().includes(text.toLowerCase())),
  }),
  regex: {
    form: "regex:PATTERN",
    rule: "with a regular expression",
    scorer: (parameter = "") => {
      const pattern = parameter === "" ? undefined : new RegExp(parameter);
      return pattern && { isSlow: true, score: (answer) => Number(pattern.test(answer)) };
    },
  },
  "starts-with": bare("starts-with", {
    ...someText,
    score: (answer, text) => Number(answer.startsWith(text)),
  }),
  "is-json": bare("is-json", { score: (answer) => Number(isJson(answer)) }),
  numeric: numbered("numeric[:TOLERANCE]", Number.MAX_VALUE, (tolerance = 0) => ({
    needs: "a text with a number",
    accepts: (text) => lastNumber(text) !== undefined,
    score: (answer, text) => {
      const [got, right] = [lastNumber(answer), lastNumber(text)];
      return Number(got !== undefined && right !== undefined && areNear(got, right, tolerance));
    },
  })),
  levenshtein: numbered("levenshtein[:DISTANCE]", Number.MAX_VALUE, (most = 5) => ({
    ...{ ...anyText, isSlow: true },
    score: (answer, text) => Number(distance(answer, text) <= most),
  })),
  "rouge-n": numbered("rouge-n[:THRESHOLD]", 1, (threshold) => ({
    ...anyText,
    score: (answer, text) => {
      const score = rouge1(answer.toLowerCase(), text.toLowerCase());
      return threshold === undefined ? score : Number(score >= threshold);
    },
  })),
};

function bare(form: string, scorer: Scorer): ScorerRow {
  return { form, scorer: (parameter) => (parameter === undefined ? scorer : undefined) };
}

function numbered(form: string, most: number, scorerOf: (value?: number) => Scorer): ScorerRow {
  return {
    form,
    rule: most === Number.MAX_VALUE ? "with a number of at least 0" : `with a number from 0 to ${most}`,
    scorer: (parameter) => {
      if (parameter === undefined) return scorerOf();
      const value = /^(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(parameter) ? Number(parameter) : Number.NaN;
      return value <= most ? scorerOf(value) : undefined;
    },
  };
}

/**
 * F1 over shared words, counted as often as both texts have them.
 *
 * Source: ROUGE-1 by Lin, ROUGE: A Package for Automatic Evaluation of Summaries (2004),
 * https://aclanthology.org/W04-1013, with promptfoo's clipped counts and tokens
 */
function rouge1(candidate: string, reference: string): number {
  const [ours, theirs] = [treeBankTokenize(candidate), treeBankTokenize(reference)];
  const left = new Map<string, number>();
  for (const token of theirs) left.set(token, (left.get(token) ?? 0) + 1);
  let shared = 0;
  for (const token of ours) {
    const count = left.get(token) ?? 0;
    if (count > 0) shared++;
    left.set(token, count - 1);
  }
  return shared === 0 ? 0 : fMeasure(shared / ours.length, shared / theirs.length, 1);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** JSON equality of a text and a value; members in any order. */
function isJsonOf(text: string, value: object): boolean {
  try {
    return areEqual(value, JSON.parse(text));
  } catch {
    return false; // no JSON, or too deeply nested
  }
}

function areEqual(one: unknown, other: unknown): boolean {
  if (!isObject(one) || !isObject(other)) return Object.is(one, other);
  const [keys, others] = [Object.keys(one), Object.keys(other)];
  return (
    Array.isArray(one) === Array.isArray(other) &&
    keys.length === others.length &&
    keys.every((key) => Object.hasOwn(other, key) && areEqual(one[key as never], other[key as never]))
  );
}

// A sign counts unless it could subtract; a digit in a word, as in CO2, does not.
const written =
  /(?:(?<![\p{L}\p{N}_)\]])([-+−]))?(?:\p{Sc}\s?)?(?<![\p{L}\p{N}_]|\d\.)(\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)(e[-+]?\d+)?/giu;

/** Last number in a text, without a unit: `-1,234.5`, `$3`, `2e-5`, `37 %`. */
export function lastNumber(text: string): number | undefined {
  const found = [...text.matchAll(written)].at(-1);
  if (found === undefined) return undefined;
  const [, sign, digits = "", exponent = ""] = found;
  const size = Number(digits.replaceAll(",", "") + exponent);
  return sign === "-" || sign === "−" ? -size : size;
}

/** Tells whether numbers differ by at most `tolerance`. Last bits do not count: 1.01 is within 0.01 of 1. */
function areNear(a: number, b: number, tolerance: number): boolean {
  const rounding = 4 * Number.EPSILON * Math.max(Math.abs(a), Math.abs(b));
  return Math.abs(a - b) <= tolerance + rounding;
}
