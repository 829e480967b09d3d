import { cutText, firstOf, printable } from "@lorank/core";

const LONGEST_NAME = 120;

/** A name out of a file, in quotes, for an error message. */
export function quoted(name: string): string {
  return `"${printable(cutText(name, LONGEST_NAME))}"`;
}

/** A value out of a JSON file, for an error message. */
export function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "string") return quoted(value);
  return cutText(printable(JSON.stringify(value) ?? String(value)), LONGEST_NAME);
}

/** One problem a line; a hostile file with a million of them gets the first eight and the count of the others. */
export function listed(problems: readonly string[]): string {
  return firstOf(problems, 8, "\n");
}
