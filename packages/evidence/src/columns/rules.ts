import { cutText } from "@lorank/core";

/** Ways in which cells are read: see `cells.ts`. */
export type CellKind = "as it is" | "number" | "rank" | "seed" | "share" | "measured" | "time" | "origin";

/** Rule of a column: how its cells are read, and what their values must be. */
export interface Rule {
  /** For messages. */
  readonly rule: string;
  readonly holds: (value: unknown) => boolean;
  readonly kind: CellKind;
}

/** Whole number of at least `least`. */
export function whole(rule: string, least: number, kind: CellKind = "number"): Rule {
  return { rule, holds: (value) => Number.isSafeInteger(value) && (value as number) >= least, kind };
}

/** Number from `least` to `most`. */
export function number(rule: string, least = -Infinity, most = Infinity, kind: CellKind = "number"): Rule {
  return { rule, holds: (value) => typeof value === "number" && value >= least && value <= most, kind };
}

/** Share from 0 to 1. */
export const share = number("between 0 and 1", 0, 1, "share");

/** Name of an example, a class or a group. */
export const name: Rule = {
  rule: "a name or a number",
  holds: (value) => (typeof value === "string" ? value !== "" : Number.isFinite(value)),
  kind: "as it is",
};

/** Tells whether a cell is empty. */
export function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

/** Formats a value for a message: a text in quotation marks, a long one cut. */
export function quote(value: unknown): string {
  return cutText(typeof value === "number" ? String(value) : (JSON.stringify(value) ?? "none"), 60);
}
