import { InputError } from "@lorank/core";
import { noGroups } from "@lorank/tables/names";
import { readCell } from "../../columns/cells.ts";
import type { OutcomeCells } from "../../columns/outcome-columns.ts";
import { quote, share } from "../../columns/rules.ts";
import type { EvaluatedCells, Rows } from "./rows.ts";

/** Parses JSON as Python writes it: NaN and infinity become null. @throws InputError `E_DATA`. */
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

/** Member of nested objects by its `keys`; undefined if absent. */
export function member(value: unknown, ...keys: readonly string[]): unknown {
  let inner = value;
  for (const key of keys) {
    if (typeof inner !== "object" || inner === null || !Object.hasOwn(inner, key)) return undefined;
    inner = (inner as Record<string, unknown>)[key];
  }
  return inner;
}

/**
 * Group of an example: a field in the evaluator's description.
 *
 * @param what the evaluator's name for it, such as `doc`, and where.
 * @throws InputError `E_OUTCOMES`, with a list of fields, for an absent or unnamed field.
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

/** Adds a scored row. A score other than a share is the row's fault, which needs no group. */
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

/** Whole number from 0, also as text; else undefined. */
export function wholeIn(value: unknown): number | undefined {
  const number = typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return Number.isSafeInteger(number) && (number as number) >= 0 ? (number as number) : undefined;
}
