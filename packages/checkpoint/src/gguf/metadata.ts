import { InputError } from "@lorank/core";
import { listed, quoted, shown } from "../text.ts";
import { bad, CODE, type GgufCursor } from "./cursor.ts";

type Values = ReadonlyMap<string, GgufValue>;

/**
 * Reads metadata, gathers all problems for one error. Faulty keys read as 1, false or "" until {@link finish} throws.
 */
export class MetadataReader {
  readonly file: string;
  readonly #values: Values;
  readonly #problems: string[] = [];

  constructor(values: Values, file: string) {
    this.#values = values;
    this.file = file;
  }

  has(key: string): boolean {
    return this.#values.has(key);
  }

  keys(prefix: string): string[] {
    return [...this.#values.keys()].filter((key) => key.startsWith(prefix));
  }

  size(key: string): number {
    return this.#read(key, "a positive integer", 1, isSize);
  }

  sizeOr(key: string, absent: number): number {
    return this.has(key) ? this.size(key) : absent;
  }

  count(key: string): number {
    return this.#read(key, "an integer from 0", 1, isCount);
  }

  countIfAny(key: string): number | undefined {
    return this.has(key) ? this.count(key) : undefined;
  }

  positive(key: string): number {
    return this.#read(key, "a number above 0", 1, isPositive);
  }

  positiveIfAny(key: string): number | undefined {
    return this.has(key) ? this.positive(key) : undefined;
  }

  flagOr(key: string, absent: boolean): boolean {
    if (!this.has(key)) return absent;
    return this.#read(key, "true or false", false, (value): value is boolean => typeof value === "boolean");
  }

  text(key: string): string {
    return this.#read(key, "a string", "", (value): value is string => typeof value === "string");
  }

  textIfAny(key: string): string | undefined {
    return this.has(key) ? this.text(key) : undefined;
  }

  texts(key: string): readonly string[] {
    const areTexts = (value: unknown): value is readonly string[] =>
      Array.isArray(value) && value.every((entry) => typeof entry === "string");
    return this.#read(key, "an array of strings", [], areTexts);
  }

  /** Reads an array with `length` float32 or int32 values. */
  numbers(key: string, length: number): ArrayLike<number> {
    const areNumbers = (value: unknown): value is Float32Array | Int32Array =>
      (value instanceof Float32Array || value instanceof Int32Array) && value.length === length;
    return this.#read(key, `an array of ${length} numbers`, new Float32Array(0), areNumbers);
  }

  check(holds: boolean, key: string, rule: string): void {
    if (holds) return;
    const problem = `${quoted(key)} must be ${rule}, got ${shownValue(this.#values.get(key))}`;
    if (!this.#problems.includes(problem)) this.#problems.push(problem); // a key may be read for each layer
  }

  finish(): void {
    if (this.#problems.length === 0) return;
    const several = this.#problems.length > 1 ? "metadata is wrong:\n" : "metadata ";
    throw new InputError(CODE, `${this.file}: ${several}${listed(this.#problems)}`);
  }

  #read<T>(key: string, rule: string, otherwise: NoInfer<T>, fits: (value: unknown) => value is T): T {
    const value = this.#values.get(key);
    if (fits(value)) return value;
    this.check(false, key, rule);
    return otherwise;
  }
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
const isSize = (value: unknown): value is number => isCount(value) && value > 0;
const isPositive = (value: unknown): value is number => Number.isFinite(value) && Number(value) > 0;

/** Metadata value; integers a number cannot hold are bigints. */
export type GgufValue = number | bigint | boolean | string | GgufArray;

type GgufArray = readonly string[] | GgufNumbers;

type GgufNumbers =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | BigUint64Array
  | BigInt64Array
  | Float64Array;

const MOST_ARRAY_ELEMENTS = 1_000_000;

const FLOAT32 = 6;
const BOOLEAN = 7;
const STRING = 8;
const ARRAY = 9;
const FEWEST_STRING_BYTES = 8;

const NUMBERS: Readonly<
  Record<number, { readonly BYTES_PER_ELEMENT: number; new (buffer: ArrayBuffer): GgufNumbers }>
> = {
  0: Uint8Array,
  1: Int8Array,
  2: Uint16Array,
  3: Int16Array,
  4: Uint32Array,
  5: Int32Array,
  [FLOAT32]: Float32Array,
  [BOOLEAN]: Uint8Array,
  10: BigUint64Array,
  11: BigInt64Array,
  12: Float64Array,
};

/** Reads a value behind its type. `field`: the quoted key. */
export function readValue(cursor: GgufCursor, field: string): GgufValue {
  const type = cursor.u32(`type of ${field}`);
  if (type === ARRAY) return readArray(cursor, field);
  if (type === STRING) return cursor.string(field);
  const Numbers = NUMBERS[type];
  if (Numbers === undefined) throw bad(cursor.file, `type of ${field} must be one of 0 to 12, got ${type}`);
  const value = new Numbers(cursor.bytes(Numbers.BYTES_PER_ELEMENT, field).buffer)[0]!;
  if (typeof value === "bigint") return numberIfSafe(value);
  if (type === BOOLEAN) return boolean(value, cursor, field);
  return type === FLOAT32 ? shortestFloat32(value) : value;
}

function readArray(cursor: GgufCursor, field: string): GgufArray {
  const type = cursor.u32(`element type of ${field}`);
  const Numbers = NUMBERS[type];
  if (Numbers === undefined && type !== STRING) {
    throw bad(cursor.file, `element type of ${field} must be one of 0 to 8 or 10 to 12, got ${type}`);
  }
  const bytesEach = Numbers?.BYTES_PER_ELEMENT ?? FEWEST_STRING_BYTES;
  const count = cursor.count(`element count of ${field}`, MOST_ARRAY_ELEMENTS, bytesEach);
  if (Numbers === undefined)
    return Array.from({ length: count }, (_, i) => cursor.string(`element ${i} of ${field}`));
  const bytes = cursor.bytes(count * bytesEach, field);
  if (type === BOOLEAN) for (const byte of bytes) boolean(byte, cursor, field); // booleans stay bytes of 0 and 1
  return new Numbers(bytes.buffer);
}

function boolean(byte: number, cursor: GgufCursor, field: string): boolean {
  if (byte <= 1) return byte === 1;
  throw bad(cursor.file, `${field} must be a boolean, 0 or 1, got ${byte}`);
}

function numberIfSafe(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** Shortest decimal that rounds to the same float32: a config's 1e-5, not 9.99999974…e-6. */
function shortestFloat32(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) return shorter;
  }
  return value;
}

export function shownValue(value: GgufValue | undefined): string {
  if (value === undefined) return "no such key";
  if (typeof value === "object") return `an array of ${value.length}`;
  return typeof value === "bigint" ? String(value) : shown(value);
}
