import { cutText, firstOf, printable } from "@lorank/core";

const LONGEST_NAME = 120;

/** Quotes a name from a file, for messages. */
export function quoted(name: string): string {
  return `"${printable(cutText(name, LONGEST_NAME))}"`;
}

export function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "string") return quoted(value);
  return cutText(printable(JSON.stringify(value) ?? String(value)), LONGEST_NAME);
}

/** Problems in words: the first eight, each on a line, and a count of the others. */
export function listed(problems: readonly string[]): string {
  return firstOf(problems, 8, "\n");
}
