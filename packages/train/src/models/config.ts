import { InputError } from "@lorank/core";

/** Reads fields of a `config.json` and collects every problem, so that the user sees all of them at once. */
export class ConfigReader {
  readonly problems: string[];
  readonly #config: Readonly<Record<string, unknown>>;

  constructor(config: Readonly<Record<string, unknown>>, problems: string[] = []) {
    this.#config = config;
    this.problems = problems;
  }

  /** Reads fields of an object inside the config, or of one put together from it; problems are shared. */
  within(fields: Readonly<Record<string, unknown>>): ConfigReader {
    return new ConfigReader(fields, this.problems);
  }

  /** A positive whole number; `fallback` only where the format itself defines one. */
  size(field: string, fallback?: number): number {
    const value = this.#config[field] ?? fallback;
    if (typeof value === "number" && Number.isInteger(value) && value > 0) return value;
    return this.#report(field, "a positive integer", value, 1);
  }

  /** A positive whole number, or undefined where the field is absent or null. */
  sizeIfAny(field: string): number | undefined {
    return this.isAbsent(field) ? undefined : this.size(field);
  }

  number(field: string, fallback?: number): number {
    const value = this.#config[field] ?? fallback;
    if (typeof value === "number" && Number.isFinite(value)) return value;
    return this.#report(field, "a number", value, 1);
  }

  numberIfAny(field: string): number | undefined {
    return this.isAbsent(field) ? undefined : this.number(field);
  }

  flag(field: string, fallback: boolean): boolean {
    const value = this.#config[field] ?? fallback;
    return typeof value === "boolean" ? value : this.#report(field, "true or false", value, fallback);
  }

  /** One of `values`; the first of them is what an absent field means. */
  choice<const T extends string>(field: string, values: readonly [T, ...T[]]): T {
    const value = this.#config[field] ?? values[0];
    const found = values.find((each) => each === value);
    return found ?? this.#report(field, `one of ${values.join(", ")}`, value, values[0]);
  }

  isAbsent(field: string): boolean {
    return this.#config[field] === undefined || this.#config[field] === null;
  }

  /** Reports a field that has another value than the only one supported. */
  only(field: string, supported: unknown): void {
    const value = this.#config[field] ?? supported;
    if (value !== supported) this.#report(field, JSON.stringify(supported), value, supported);
  }

  check(holds: boolean, problem: string): void {
    if (!holds) this.problems.push(problem);
  }

  finish(): void {
    if (this.problems.length > 0)
      throw new InputError("E_CONFIG", `config.json: ${this.problems.join("; ")}`);
  }

  #report<T>(field: string, rule: string, value: unknown, standIn: T): T {
    const got =
      value === undefined || value === null ? "is missing" : `must be ${rule}, got ${JSON.stringify(value)}`;
    this.problems.push(`${field} ${got}`);
    return standIn;
  }
}
