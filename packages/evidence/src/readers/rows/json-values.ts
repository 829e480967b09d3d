import { InputError } from "@lorank/core";
import { noGroups } from "@lorank/tables/names";
import { readCell } from "../../columns/cells.ts";
import type { OutcomeCells } from "../../columns/outcome-columns.ts";
import { quote, share } from "../../columns/rules.ts";
import type { EvaluatedCells, Rows } from "./rows.ts";

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

/**
 * Adds the row of an example with the score that an evaluator gave it. A score that is no share is a fault of the row, which needs no
 * group.
 */
export function addScored(
  to: Pick<Rows, "add" | "reject">,
  row: EvaluatedCells,
  number: number,
  { name, value, groupOf }: { name: string; value: unknown; groupOf: () => Pick<OutcomeCells, "group"> },
): void {
  const correct = readCell.share(value, false);
  const isList = typeof correct === "object" && correct !== null;
  const got = correct == null ? "none" : isList ? "a list or an object" : quote(correct);
  if (share.holds(correct)) to.add({ ...row, correct, ...groupOf() }, number);
  else to.reject(number, `${name} must be ${share.rule}, got ${got}`);
}

/** A whole number of at least 0, also as text; else undefined. */
export function wholeIn(value: unknown): number | undefined {
  const number = typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return Number.isSafeInteger(number) && (number as number) >= 0 ? (number as number) : undefined;
}
