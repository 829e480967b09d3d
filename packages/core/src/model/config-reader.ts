import { InputError } from "../errors.ts";
import { cutText } from "../text.ts";

export type ConfigFields = Readonly<Record<string, unknown>>;

/**
 * `config.json` reader that gathers all problems for a single error. Faulty fields read as 1, false or their default
 * until {@link ConfigReader.finish} throws. `absent`: the model definition's default for an absent or null field.
 */
export class ConfigReader {
  readonly fields: ConfigFields;
  readonly #parent: string;
  readonly #problems: string[];

  /**
   * @param parent prefix for field names in errors: `text_config.` for a part of a config.
   * @param problems in the whole config, for a reader of its part.
   */
  constructor(fields: ConfigFields, parent = "", problems: string[] = []) {
    this.fields = fields;
    this.#parent = parent;
    this.#problems = problems;
  }

  has(field: string): boolean {
    return this.fields[field] !== undefined && this.fields[field] !== null;
  }

  /** Reads a size; `most` bounds sizes that lead to allocations. */
  size(field: string, most = Number.POSITIVE_INFINITY): number {
    const size = this.#checked(field, "a positive integer", isSize, 1);
    if (size <= most) return size;
    this.problem(field, `at most ${most}`);
    return 1;
  }

  sizeOr<Absent>(field: string, absent: () => Absent, most?: number): number | Absent {
    return this.has(field) ? this.size(field, most) : absent();
  }

  sizeOrNull(field: string, most?: number): number | null {
    return this.fields[field] === null ? null : this.size(field, most);
  }

  count(field: string): number {
    return this.fields[field] === 0 ? 0 : this.#checked(field, "an integer from 0", isSize, 1);
  }

  number(field: string, absent?: number): number {
    if (absent !== undefined && !this.has(field)) return absent;
    return this.#checked(field, "a number", isNumber, 1);
  }

  numberIfAny(field: string): number | null {
    return this.has(field) ? this.number(field) : null;
  }

  flag(field: string, absent?: boolean): boolean {
    if (absent !== undefined && !this.has(field)) return absent;
    return this.#checked(field, "true or false", isFlag, false);
  }

  choice<Value extends string>(field: string, values: readonly Value[], absent: Value): Value {
    if (!this.has(field)) return absent;
    return this.#checked(field, `one of ${values.join(", ")}`, (value) => isOneOf(values, value), absent);
  }

  choices<Value extends string>(field: string, length: number, values: readonly Value[]): readonly Value[] {
    const areChoices = (value: unknown): value is readonly Value[] =>
      Array.isArray(value) && value.length === length && value.every((each) => isOneOf(values, each));
    return this.#checked(field, `a list of ${length} of ${values.join(", ")}`, areChoices, []);
  }

  numbers(field: string, length: number): readonly number[] {
    const areNumbers = (value: unknown): value is readonly number[] =>
      Array.isArray(value) && value.length === length && value.every(isNumber);
    return this.#checked(field, `a list of ${length} numbers`, areNumbers, []);
  }

  /** Requires a field's only supported value, which is also the default. */
  only(field: string, supported: string | boolean): void {
    if (this.has(field) && this.fields[field] !== supported) this.problem(field, JSON.stringify(supported));
  }

  /** List of integers from 0 up to `end`, exclusive; at most `end` in number. */
  indexes(field: string, end: number): readonly number[] {
    if (!this.has(field)) return [];
    const isIndex = (item: unknown) => item === 0 || (isSize(item) && item < end);
    const areIndexes = (value: unknown): value is number[] =>
      Array.isArray(value) && value.length <= end && value.every(isIndex);
    return this.#checked(field, `a list of at most ${end} integers from 0 to ${end - 1}`, areIndexes, []);
  }

  /** Reader for a required nested object, with defaults `absent` and overrides `over`. */
  part(field: string, absent: ConfigFields, over: ConfigFields): ConfigReader {
    const value = this.fields[field];
    if (isRecord(value)) {
      return new ConfigReader({ ...absent, ...value, ...over }, `${this.#parent}${field}.`, this.#problems);
    }
    this.problem(field, "an object");
    this.finish();
    return this;
  }

  /** Reads fields assembled from the config's; errors name them unchanged. */
  within(fields: ConfigFields): ConfigReader {
    return new ConfigReader(fields, this.#parent, this.#problems);
  }

  divisible(field: string, divisorName: string): void {
    const value = this.fields[field];
    const divisor = this.fields[divisorName];
    if (!isSize(value) || !isSize(divisor) || value % divisor === 0) return;
    this.problem(field, `a multiple of ${divisorName} ${divisor}`);
  }

  problem(field: string, rule: string): void {
    const value = this.fields[field];
    this.#problems.push(`${this.#parent}${field} must be ${rule}, got ${shownField(value)}`);
  }

  /** True if no problem was found so far; after a problem, conclusions may be wrong. */
  get isSound(): boolean {
    return this.#problems.length === 0;
  }

  /** Throws E_CONFIG with all problems so far. */
  finish(): void {
    if (this.#problems.length > 0) {
      throw new InputError("E_CONFIG", `model config: ${this.#problems.join("; ")}`);
    }
  }

  #checked<Value>(
    field: string,
    rule: string,
    isRight: (value: unknown) => value is Value,
    standIn: Value,
  ): Value {
    const value = this.fields[field];
    if (isRight(value)) return value;
    this.problem(field, rule);
    return standIn;
  }
}

export function shownField(value: unknown): string {
  if (value === undefined) return "no such field";
  try {
    return cutText(JSON.stringify(value) ?? String(value), 100);
  } catch {
    return "a value that cannot be shown"; // nested too deep
  }
}

export function isRecord(value: unknown): value is ConfigFields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isFlag(value: unknown): value is boolean {
  return typeof value === "boolean";
}

function isOneOf<Value extends string>(values: readonly Value[], value: unknown): value is Value {
  return values.some((each) => each === value);
}
