import { InputError } from "./errors.ts";
import { nearest } from "./nearest.ts";

/** Members of options by name: true for one that must be there. The type finds one that is forgotten. */
export type OptionNames<Options> = {
  readonly [Key in keyof Options]-?: Record<never, never> extends Pick<Options, Key> ? false : true;
};

/** Members of a type by name: undefined for one that is absent. The type finds one that is forgotten. */
type Members<Type> = {
  readonly [Key in keyof Type]-?: Record<never, never> extends Pick<Type, Key>
    ? Type[Key] | undefined
    : Type[Key];
};

/** An object of the members that are not undefined. A copy that is made by it does not compile once its type has a member more. */
export function withMembers<Type extends object>(members: Members<Type>): Type {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Type;
}

/**
 * Checks the names in an object of options, which a caller in JavaScript may have misspelt. Values have checks of their own.
 *
 * @param what the object, in messages: `the options of decide`.
 * @param others `ignored`: an unknown member is refused only if it looks like an absent one, as one object may serve several
 *   functions. `refused`: any unknown member is. (default: ignored)
 * @throws InputError `E_OPTIONS` with each misspelt or missing member on a line of its own, and for what is no object.
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

/** @throws InputError `E_OPTIONS` for what is no array. */
export function assertList(name: string, value: unknown): void {
  if (!Array.isArray(value))
    throw new InputError("E_OPTIONS", `${name} must be a list, got ${inWords(value)}`);
}

function inWords(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
