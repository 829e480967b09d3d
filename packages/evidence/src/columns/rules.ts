import { cutText } from "@lorank/core";

export type CellKind = "as it is" | "number" | "rank" | "seed" | "share" | "measured" | "time" | "origin";

export interface Rule {
  readonly rule: string;
  readonly holds: (value: unknown) => boolean;
  readonly kind: CellKind;
}

export function whole(rule: string, least: number, kind: CellKind = "number"): Rule {
  return { rule, holds: (value) => Number.isSafeInteger(value) && (value as number) >= least, kind };
}

export function number(rule: string, least = -Infinity, most = Infinity, kind: CellKind = "number"): Rule {
  return { rule, holds: (value) => typeof value === "number" && value >= least && value <= most, kind };
}

export const share = number("between 0 and 1", 0, 1, "share");

export const name: Rule = {
  rule: "a name or a number",
  holds: (value) => (typeof value === "string" ? value !== "" : Number.isFinite(value)),
  kind: "as it is",
};

export function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

/** Quotes a value for a message; long texts are cut. */
export function quote(value: unknown): string {
  return cutText(typeof value === "number" ? String(value) : (JSON.stringify(value) ?? "none"), 60);
}
