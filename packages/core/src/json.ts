import { InputError } from "./errors.ts";
import { cutText } from "./text.ts";

/** Place where a value breaks a rule. */
export interface SchemaIssue {
  /** JSON path, such as `$.trials[3].spec.lora.rank`. */
  readonly path: string;
  /** Rule that completes "must be …". */
  readonly rule: string;
  /** Value as text, cut to 60 characters. */
  readonly value: string;
}

/** Deepest nesting accepted in JSON: the stack holds some thousands of recursive calls. */
const DEEPEST = 500;
const SHOWN_PATH = 80;

/**
 * Parses JSON text from outside the program.
 *
 * @param name file name, for errors.
 * @throws InputError `code` for text that is no JSON, is nested more than 500 deep, or has a number beyond 1.8e308
 * (infinite as float64). The message names file, path and value.
 */
export function parseJson(text: string, name: string, code = "E_JSON"): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new InputError(code, `${name} must be JSON: ${printable((cause as Error).message)}`, { cause });
  }
  const issue = jsonIssues(value).find(({ rule }) => rule !== NO_PROTO);
  if (issue === undefined) return value;
  throw new InputError(code, `${name}: ${issue.path} must be ${issue.rule}, got ${issue.value}`);
}

const NO_PROTO = "absent";

/** Finds unsafe places in parsed JSON: too deep, not finite, or `__proto__`, which would replace a prototype. */
export function jsonIssues(json: unknown): SchemaIssue[] {
  const issues: SchemaIssue[] = [];
  const seen = new Set<object>();
  const stack: Place[] = [{ value: json, key: "$", parent: undefined, depth: 0 }];
  for (let top = stack.pop(); top; top = stack.pop()) {
    const { value, depth } = top;
    const issue = (rule: string, text: string) => issues.push({ path: pathOf(top!), rule, value: text });
    if (top.key === ".__proto__") issue(NO_PROTO, "an own key");
    else if (typeof value === "number" && !Number.isFinite(value)) issue("a finite number", String(value));
    if (typeof value !== "object" || value === null || seen.has(value)) continue;
    seen.add(value);
    if (depth === DEEPEST) issue(`nested at most ${DEEPEST} deep`, "more");
    else if (!isFlat(value)) {
      const isList = Array.isArray(value);
      for (const [key, member] of Object.entries(value)) {
        const isHarmless = typeof member === "number" ? Number.isFinite(member) : typeof member !== "object";
        if (!isHarmless || key === "__proto__")
          stack.push({ value: member, key: isList ? `[${key}]` : `.${key}`, parent: top, depth: depth + 1 });
      }
    }
  }
  return issues;
}

interface Place {
  readonly value: unknown;
  readonly key: string;
  readonly parent: Place | undefined;
  readonly depth: number;
}

function pathOf(place: Place): string {
  const keys: string[] = [];
  for (let at: Place | undefined = place; at; at = at.parent) keys.push(at.key);
  return cutText(printable(keys.reverse().join("")), SHOWN_PATH);
}

/** Frequent lists, such as loss curves, skip the walk. */
function isFlat(value: object): boolean {
  if (!Array.isArray(value)) return false;
  return value.every(
    (item) => Number.isFinite(item) || (typeof item === "object" && item !== null && hasOnlyNumbers(item)),
  );
}

function hasOnlyNumbers(value: object): boolean {
  for (const key in value) if (!Number.isFinite((value as Record<string, unknown>)[key])) return false;
  return !Object.hasOwn(value, "__proto__");
}

/** Escapes control, bidi and invisible characters as `\u{…}`, so a file cannot steer a terminal. */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/gu,
    (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
}
