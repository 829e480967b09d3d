import { InputError } from "@lorank/core";
import { listed, quoted } from "../text.ts";
import { CODE } from "./cursor.ts";
import { type GgufValue, shownValue } from "./value.ts";

type Values = ReadonlyMap<string, GgufValue>;

/**
 * Reads values of a GGUF's metadata and gathers every problem, so that one error names all keys that are missing or
 * wrong. After a problem a key reads as 1, false or ""; {@link finish} throws before such a value gets out.
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

  /** Keys that start with `prefix`. */
  keys(prefix: string): string[] {
    return [...this.#values.keys()].filter((key) => key.startsWith(prefix));
  }

  /** A positive integer. */
  size(key: string): number {
    return this.#read(
      key,
      "a positive integer",
      1,
      (value): value is number => isInteger(value) && value > 0,
    );
  }

  sizeOr(key: string, absent: number): number {
    return this.has(key) ? this.size(key) : absent;
  }

  /** An integer from 0. */
  count(key: string): number {
    return this.#read(
      key,
      "an integer from 0",
      1,
      (value): value is number => isInteger(value) && value >= 0,
    );
  }

  countIfAny(key: string): number | undefined {
    return this.has(key) ? this.count(key) : undefined;
  }

  /** A finite number above 0. */
  positive(key: string): number {
    return this.#read(
      key,
      "a number above 0",
      1,
      (value): value is number => typeof value === "number" && Number.isFinite(value) && value > 0,
    );
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

  /** An array of `length` float32 or int32. */
  numbers(key: string, length: number): ArrayLike<number> {
    const areNumbers = (value: unknown): value is Float32Array | Int32Array =>
      (value instanceof Float32Array || value instanceof Int32Array) && value.length === length;
    return this.#read(key, `an array of ${length} numbers`, new Float32Array(0), areNumbers);
  }

  /** Notes a problem with the value of `key` unless `holds`. */
  check(holds: boolean, key: string, rule: string): void {
    if (holds) return;
    const problem = `${quoted(key)} must be ${rule}, got ${shownValue(this.#values.get(key))}`;
    if (!this.#problems.includes(problem)) this.#problems.push(problem); // a key may be read for each layer
  }

  /** Throws with all problems so far. */
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

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
