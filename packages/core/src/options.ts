import { InputError } from "./errors.ts";
import { nearest } from "./nearest.ts";

/** Members of options by name: true for one that must be there. The type finds one that is forgotten. */
export type OptionNames<Options> = {
  readonly [Key in keyof Options]-?: Record<never, never> extends Pick<Options, Key> ? false : true;
};

/**
 * Checks the names in an object of options, which a caller in JavaScript may have misspelt. Values have checks of their own.
 *
 * @param what the object, in messages: `the options of decide`.
 * @param others `ignored`: an unknown member is refused only if it looks like one that is absent, since the object may be made for
 *   several functions. `refused`: any unknown member is. (default: ignored)
 * @throws InputError `E_OPTIONS` with each misspelt or missing member on a line of its own, and for what is no object.
 */
export function assertOptions(
  given: unknown,
  what: string,
  names: Readonly<Record<string, boolean>>,
  others: "ignored" | "refused" = "ignored",
): void {
  if (typeof given !== "object" || given === null || Array.isArray(given))
    throw new InputError("E_OPTIONS", `${what} must be an object, got ${inWords(given)}`);
  const present = new Set(Object.entries(given).flatMap(([key, value]) => (value === undefined ? [] : key)));
  const absent = Object.keys(names).filter((key) => !present.has(key));
  const unknown = [...present].filter((key) => !Object.hasOwn(names, key));
  const misspelt = unknown.flatMap((key) => {
    const meant = nearest(key.replaceAll(/[-_]/g, ""), absent);
    if (meant === undefined && others === "ignored") return [];
    const hint = meant === undefined ? "" : `. Did you mean ${meant}?`;
    return [`${key} must be one of ${what}, got an unknown one${hint}`];
  });
  const missing = absent.filter((key) => names[key]).map((key) => `${key} must be in ${what}, got nothing`);
  const faults = [...misspelt, ...missing];
  if (faults.length > 0) throw new InputError("E_OPTIONS", faults.join("\n"));
}

/** @throws InputError `E_OPTIONS` for what is no array. */
export function assertList(name: string, given: unknown): void {
  if (!Array.isArray(given))
    throw new InputError("E_OPTIONS", `${name} must be a list, got ${inWords(given)}`);
}

function inWords(given: unknown): string {
  if (Array.isArray(given)) return "a list";
  return typeof given === "object" && given !== null ? "an object" : String(given);
}
