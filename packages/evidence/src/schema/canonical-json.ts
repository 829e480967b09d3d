import { InputError } from "@lorank/core";

/**
 * Canonical JSON text for a value: keys sorted by UTF-16 code units, no white space, numbers as in ECMAScript. Equal
 * texts mean equal values.
 *
 * Source: RFC 8785, JSON Canonicalization Scheme, section 3.2.
 * @throws InputError `E_CANONICAL_JSON` for NaN, infinities, undefined, functions, class instances and lone surrogates.
 */
export function canonicalJson(value: unknown): string {
  return write(value, "$");
}

/** Canonical JSON in pieces (members, items), so that no string holds it all. Throws as {@link canonicalJson}. */
export function* canonicalPieces(value: object): Generator<string> {
  assertPlain(value, "$");
  let before = "{";
  for (const key of Object.keys(value).sort()) {
    const member: unknown = value[key as keyof typeof value];
    const path = `$.${key}`;
    const start = `${before}${writeString(key, path)}:`;
    if (Array.isArray(member) && !isNumbers(member)) {
      for (let i = 0; i < member.length; i++)
        yield `${i === 0 ? `${start}[` : ","}${write(member[i], `${path}[${i}]`)}`;
      yield "]";
    } else yield `${start}${write(member, path)}`;
    before = ",";
  }
  yield before === "{" ? "{}" : "}";
}

function write(value: unknown, path: string): string {
  switch (typeof value) {
    case "string":
      return writeString(value, path);
    case "number":
      if (!Number.isFinite(value)) fail(path, "a finite number", value);
      return JSON.stringify(value);
    case "boolean":
      return String(value);
    case "object":
      if (value === null) return "null";
      if (Array.isArray(value)) return writeArray(value, path);
      return writeObject(value, path);
    default:
      return fail(path, "a JSON value", typeof value);
  }
}

function writeString(value: string, path: string): string {
  if (/\p{Surrogate}/u.test(value)) fail(path, "well-formed Unicode", JSON.stringify(value));
  return JSON.stringify(value);
}

function writeArray(value: readonly unknown[], path: string): string {
  if (isNumbers(value)) return JSON.stringify(value);
  // Array.from visits holes, map would skip them.
  return `[${Array.from(value, (item, index) => write(item, `${path}[${index}]`)).join(",")}]`;
}

/** Tells whether all items are finite numbers: `JSON.stringify` then writes millions of outcomes at once. */
function isNumbers(value: readonly unknown[]): boolean {
  for (let i = 0; i < value.length; i++) if (!Number.isFinite(value[i])) return false;
  return true;
}

function writeObject(value: object, path: string): string {
  assertPlain(value, path);
  const members = Object.keys(value)
    .sort()
    .map((key) => {
      const member = (value as Record<string, unknown>)[key];
      return `${writeString(key, path)}:${write(member, `${path}.${key}`)}`;
    });
  return `{${members.join(",")}}`;
}

function assertPlain(value: object, path: string): void {
  // Plain objects from any realm (a frame, a worker) have a prototype without a prototype.
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null)
    fail(path, "a plain object or array", value.constructor?.name ?? "an object");
}

function fail(path: string, rule: string, value: unknown): never {
  throw new InputError("E_CANONICAL_JSON", `${path} must be ${rule}, got ${String(value)}`);
}
