import { InputError } from "./errors.ts";
import { nearest } from "./nearest.ts";

/** Option names, true if required; the type finds a forgotten name. */
export type OptionNames<Options> = {
  readonly [Key in keyof Options]-?: Record<never, never> extends Pick<Options, Key> ? false : true;
};

type Members<Type> = {
  readonly [Key in keyof Type]-?: Record<never, never> extends Pick<Type, Key>
    ? Type[Key] | undefined
    : Type[Key];
};

/** Copy without undefined members; stops compiling once the type gains a member. */
export function withMembers<Type extends object>(members: Members<Type>): Type {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Type;
}

/**
 * Checks option names, which a caller in JavaScript may misspell.
 *
 * @param what the object, in messages: `the options of decide`.
 * @param others `ignored`: an unknown member is refused only if it resembles an absent member, as an object may serve
 * several functions. `refused`: any unknown member is. (default: ignored)
 * @throws InputError `E_OPTIONS` with a line per misspelt or missing member, and for a value that is no object.
 */
export function assertOptions(
  value: unknown,
  what: string,
  names: Readonly<Record<string, boolean>>,
  others: "ignored" | "refused" = "ignored",
): void {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new InputError("E_OPTIONS", `${what} must be an object, got ${inWords(value)}`);
  const present = new Set(
    Object.entries(value).flatMap(([key, member]) => (member === undefined ? [] : key)),
  );
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

/** @throws InputError `E_OPTIONS` for a value that is no array. */
export function assertList(name: string, value: unknown): void {
  if (!Array.isArray(value))
    throw new InputError("E_OPTIONS", `${name} must be a list, got ${inWords(value)}`);
}

function inWords(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
