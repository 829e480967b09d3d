import { InputError } from "../../errors.ts";

/**
 * Reads fields of a model's `config.json` and gathers every problem, so that one error can name them all.
 * After a problem a field reads as 1 or false; {@link ConfigReader.finish} throws before such a value gets out.
 */
export class ConfigReader {
  readonly #config: Readonly<Record<string, unknown>>;
  readonly #parent: string;
  readonly #problems: string[] = [];

  /** `parent` goes before the names of fields in errors: `text_config.` of a part of a config. */
  constructor(config: Readonly<Record<string, unknown>>, parent = "") {
    this.#config = config;
    this.#parent = parent;
  }

  /** Whether the field is there and not null. */
  has(field: string): boolean {
    return this.#config[field] !== undefined && this.#config[field] !== null;
  }

  /** A positive integer that must be there. */
  size(field: string): number {
    return this.#size(field) ?? 1;
  }

  /** A positive integer for which the model's definition says what its absence, or null, means. */
  sizeOr(field: string, absent: () => number): number {
    return !this.has(field) ? absent() : this.size(field);
  }

  /** A positive integer, or null, which the file must say. */
  sizeOrNull(field: string): number | null {
    return this.#config[field] === null ? null : this.size(field);
  }

  /** An integer from 0 that must be there. */
  count(field: string): number {
    if (this.#config[field] === 0) return 0;
    const value = this.#config[field];
    if (!isSize(value)) this.problem(field, "an integer from 0");
    return isSize(value) ? value : 1;
  }

  /** A list of integers from 0 up to `end`, exclusive; none where it is absent or null. */
  indexes(field: string, end: number): readonly number[] {
    const value = this.#config[field] ?? [];
    const isIndex = (item: unknown) => item === 0 || (isSize(item) && item < end);
    if (Array.isArray(value) && value.every(isIndex)) return value;
    this.problem(field, `a list of integers from 0 to ${end - 1}`);
    return [];
  }

  /** The object of a field that must be there, such as `text_config`, between what is absent and what is over it. */
  part(
    field: string,
    absent: Readonly<Record<string, unknown>>,
    over: Readonly<Record<string, unknown>>,
  ): ConfigReader {
    const value = this.#config[field];
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return new ConfigReader({ ...absent, ...value, ...over }, `${this.#parent}${field}.`);
    }
    this.problem(field, "an object");
    this.finish();
    return this;
  }

  /** What the field holds. */
  value(field: string): unknown {
    return this.#config[field];
  }

  /** True or false; `absent` only where the model's definition says what absence means. */
  flag(field: string, absent?: boolean): boolean {
    if (absent !== undefined && !this.has(field)) return absent;
    const value = this.#config[field];
    if (typeof value === "boolean") return value;
    this.problem(field, "true or false");
    return false;
  }

  /** `size(field)` that `divisor`, the value of the field `divisorName`, divides. */
  divisible(field: string, divisorName: string): void {
    const value = this.#config[field];
    const divisor = this.#config[divisorName];
    if (!isSize(value) || !isSize(divisor) || value % divisor === 0) return;
    this.problem(field, `a multiple of ${divisorName} ${divisor}`);
  }

  /** Notes that `field` breaks `rule`. */
  problem(field: string, rule: string): void {
    const value = this.#config[field];
    const given = value === undefined ? "no such field" : (JSON.stringify(value) ?? String(value));
    this.#problems.push(`${this.#parent}${field} must be ${rule}, got ${given}`);
  }

  /** Throws E_CONFIG with all problems so far. */
  finish(): void {
    if (this.#problems.length > 0) {
      throw new InputError("E_CONFIG", `model config: ${this.#problems.join("; ")}`);
    }
  }

  #size(field: string): number | undefined {
    const value = this.#config[field];
    if (isSize(value)) return value;
    this.problem(field, "a positive integer");
    return undefined;
  }
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}
