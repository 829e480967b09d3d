import { InputError } from "../errors.ts";

/**
 * Reads fields of a model's `config.json` and gathers every problem, so that one error can name them all.
 * After a problem a field reads as 1 or false; {@link ConfigReader.finish} throws before such a value gets out.
 */
export class ConfigReader {
  readonly #config: Readonly<Record<string, unknown>>;
  readonly #problems: string[] = [];

  constructor(config: Readonly<Record<string, unknown>>) {
    this.#config = config;
  }

  /** A positive integer that must be there. */
  size(field: string): number {
    return this.#size(field) ?? 1;
  }

  /** A positive integer for which the model's definition says what its absence, or null, means. */
  sizeOr(field: string, absent: () => number): number {
    return this.#isAbsent(field) ? absent() : this.size(field);
  }

  /** True or false; `absent` only where the model's definition says what absence means. */
  flag(field: string, absent?: boolean): boolean {
    if (absent !== undefined && this.#isAbsent(field)) return absent;
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
    this.#problems.push(`${field} must be ${rule}, got ${given}`);
  }

  /** Throws E_CONFIG with all problems so far. */
  finish(): void {
    if (this.#problems.length > 0) {
      throw new InputError("E_CONFIG", `model config: ${this.#problems.join("; ")}`);
    }
  }

  #isAbsent(field: string): boolean {
    return this.#config[field] === undefined || this.#config[field] === null;
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
