import { InputError } from "@lorank/core";
import { noGroups } from "@lorank/tables";
import { readBytes } from "@lorank/tables/node";
import { outcomeCells } from "./rows.ts";

/** Far more than an evaluator's log of any size; a text becomes JavaScript values of several times its size. */
export const mostJsonBytes = 2 ** 28;

/** Reads a file of one JSON value. Throws E_DATA for what cannot be read or is larger than {@link mostJsonBytes}. */
export function jsonFile(path: string): unknown {
  return jsonOf(textOfFile(path), path);
}

/** The text of a file in UTF-8. Throws E_DATA for what cannot be read or is larger than {@link mostJsonBytes}. */
export function textOfFile(path: string): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(readBytes(path, mostJsonBytes));
}

/** The value of a JSON text as Python writes it: NaN and infinity, which JSON lacks, are null. Throws E_DATA for another. */
export function jsonOf(text: string, name: string): unknown {
  const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|-?Infinity|NaN/g;
  try {
    return JSON.parse(text);
  } catch (cause) {
    try {
      return JSON.parse(text.replace(tokens, (token) => (token.startsWith('"') ? token : "null")));
    } catch {
      const reason = (cause as Error).message.slice(0, 200);
      throw new InputError("E_DATA", `${name} must be JSON: ${reason}`, { cause });
    }
  }
}

/** A member of a member of a value; undefined where one of them is not there. */
export function member(value: unknown, ...keys: readonly string[]): unknown {
  let inner = value;
  for (const key of keys) {
    if (typeof inner !== "object" || inner === null || !Object.hasOwn(inner, key)) return undefined;
    inner = (inner as Record<string, unknown>)[key];
  }
  return inner;
}

/**
 * The group of an example: a field of what an evaluator says of it. No member without a field.
 *
 * @param what the evaluator calls it, such as `doc`, and where.
 * @throws InputError `E_OUTCOMES` for a field that is not there or has no name; it lists those that are there.
 */
export function groupIn(
  described: unknown,
  field: string | undefined,
  what: string,
): { group?: string | number } {
  if (field === undefined || field === noGroups) return {};
  const group = member(described, field);
  if (typeof group === "string" || typeof group === "number") return { group };
  const there = typeof described === "object" && described !== null ? Object.keys(described) : [];
  const got = group === undefined ? `none of ${there.join(", ") || "no fields"}` : JSON.stringify(group);
  const rule = `--group-column must be a field with a text or a number in ${what}`;
  throw new InputError("E_OUTCOMES", `${rule}, got ${field}: ${got.slice(0, 200)}`);
}

/** Reads a score as a share: a number, a switch or its text. What is none stays as it is, for a message. */
export function shareIn(value: unknown): unknown {
  return outcomeCells({ correct: 0 }, () => value, false).correct;
}

/** Tells a share from what a score may be otherwise. */
export function isShare(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= 1;
}

/** The fault of a score that is no share. */
export function scoreFault(score: string, value: unknown): string {
  const rule = `${score} must be between 0 and 1`;
  if (value === undefined || value === null) return `${rule}, got none`;
  return `${rule}, got ${typeof value === "object" ? "a list or an object" : JSON.stringify(value).slice(0, 60)}`;
}

/** A whole number of at least 0, also as text; else undefined. */
export function wholeIn(value: unknown): number | undefined {
  const number = typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return Number.isSafeInteger(number) && (number as number) >= 0 ? (number as number) : undefined;
}
