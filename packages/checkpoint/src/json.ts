import { InputError, parseJson } from "@lorank/core";
import { quoted } from "./text.ts";

export type JsonObject = Record<string, unknown>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Reads a JSON object. `__proto__` is an own property, harmless unless assigned. Throws `code` naming `file` when
 * `text` is no object, and as {@link parseJson} does.
 */
export function parseJsonObject(text: string, file: string, code = "E_JSON"): JsonObject {
  const value = parseJson(text, file, code);
  if (isJsonObject(value)) return value;
  throw new InputError(code, `${file} must be a JSON object, got ${kindOf(value)}`);
}

/**
 * Decodes UTF-8.
 *
 * @throws InputError `code` for other bytes: replacement characters could make two tensor names equal.
 */
export function decodeUtf8(bytes: Uint8Array, file: string, code = "E_JSON"): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new InputError(code, `${file} must be JSON in UTF-8, got bytes that are not UTF-8`, {
      cause: error,
    });
  }
}

interface JsonLimits {
  readonly deepest: number;
  readonly mostKeys: number;
  /** Most objects and arrays together; there may be ten times as many elements. */
  readonly mostContainers: number;
}

/**
 * Finds what `JSON.parse` forgives: repeated keys, deep nesting, and too many values, which take several times their
 * text in memory. For invalid JSON the answer is only a hint.
 *
 * @returns the first problem in words, or undefined.
 */
export function strictJsonProblem(
  text: string,
  { deepest, mostKeys, mostContainers }: JsonLimits,
): string | undefined {
  const seen: Set<string>[] = [];
  let containers = 0;
  let commas = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === ",") {
      if (++commas > 10 * mostContainers) return `must have at most ${10 * mostContainers} elements`;
    } else if (character === "{" || character === "[") {
      if (++containers > mostContainers) return `must have at most ${mostContainers} objects and arrays`;
      seen.push(new Set());
      if (seen.length > deepest) return `must be nested at most ${deepest} deep`;
    } else if (character === "}" || character === "]") {
      seen.pop();
    } else if (character === '"') {
      const end = endOfString(text, at);
      const keys = seen.at(-1);
      if (keys !== undefined && isKey(text, end + 1)) {
        const key = unescaped(text.slice(at, end + 1));
        if (keys.has(key)) return `must not repeat the key ${quoted(key)}`;
        keys.add(key);
        if (keys.size > mostKeys) return `must have at most ${mostKeys} keys in one object`;
      }
      at = end;
    }
  }
  return undefined;
}

/** Index of a string's closing quote, or of the last character. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at;
  }
  return text.length - 1;
}

function isKey(text: string, after: number): boolean {
  let at = after;
  while (text[at] === " " || text[at] === "\n" || text[at] === "\r" || text[at] === "\t") at++;
  return text[at] === ":";
}

function unescaped(literal: string): string {
  if (!literal.includes("\\")) return literal.slice(1, -1);
  try {
    return JSON.parse(literal) as string; // "\u0061" and "a" are equal keys
  } catch {
    return literal; // not JSON: reported by JSON.parse later
  }
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "an array" : `a ${typeof value}`;
}
