import type { StackSettings } from "@lorank/core";
import {
  type ConfigValueName,
  type ConfigValues,
  type Dialect,
  showValue,
  type TrainingConfig,
  valueWords,
} from "./training-config.ts";

/**
 * One config while it is read: its fields, checked, and what has been found so far. A field that is null reads as one
 * that is absent, as the tools have it. Every problem is gathered, so that one error can name them all.
 */
export class Reading {
  readonly problems: string[] = [];
  readonly #content: Readonly<Record<string, unknown>>;
  readonly #values = new Map<ConfigValueName, unknown>();
  readonly #origins = new Map<ConfigValueName, string>();
  readonly #unread = new Map<ConfigValueName, string>();
  readonly #remarks: string[] = [];

  constructor(content: Readonly<Record<string, unknown>>) {
    this.#content = content;
  }

  /** A field by its path (`model.lora_rank`), with OmegaConf's `${…}` replaced where it is the whole of a value. */
  raw(path: string): unknown {
    const value = this.#at(path);
    const name = typeof value === "string" ? /^\$\{([\w.]+)\}$/.exec(value)?.[1] : undefined;
    return (name === undefined ? value : this.#at(name)) ?? undefined;
  }

  /** A positive integer, as a number or, since the tools take that too, in quotes. */
  count(path: string): number | undefined {
    const value = this.raw(path);
    const number = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
    const valid = typeof number === "number" && Number.isSafeInteger(number) && number > 0;
    return this.#checked(path, valid ? number : undefined, "a positive integer");
  }

  /** A share p, 0 ≤ p < 1. */
  share(path: string): number | undefined {
    const value = this.raw(path);
    const valid = typeof value === "number" && value >= 0 && value < 1;
    return this.#checked(path, valid ? value : undefined, "at least 0 and below 1");
  }

  flag(path: string): boolean | undefined {
    const value = this.raw(path);
    return this.#checked(path, typeof value === "boolean" ? value : undefined, "true or false");
  }

  text(path: string): string | undefined {
    const value = this.raw(path);
    return this.#checked(path, typeof value === "string" && value !== "" ? value : undefined, "a text");
  }

  /** One of `choices`; texts and switches alike. */
  choice<const Choice extends string | boolean | number>(
    path: string,
    choices: readonly Choice[],
  ): Choice | undefined {
    const value = choices.find((choice) => choice === this.raw(path));
    return this.#checked(path, value, `one of ${choices.map(String).join(", ")}`);
  }

  /** A list of names. A text alone is given as it stands. */
  names(path: string): string | readonly string[] | undefined {
    const value = this.raw(path);
    if (typeof value === "string" && value !== "") return value;
    const valid =
      Array.isArray(value) &&
      value.length > 0 &&
      value.every((name) => typeof name === "string" && name !== "");
    return this.#checked(path, valid ? (value as string[]) : undefined, "a list of names");
  }

  problem(path: string, rule: string): void {
    const value = this.raw(path);
    this.problems.push(`${path} must be ${rule}, got ${value === undefined ? "nothing" : show(value)}`);
  }

  /** `lora_r 32`: where a value stands, for {@link set}. */
  at(...paths: readonly string[]): string {
    return paths
      .filter((path) => this.raw(path) !== undefined)
      .map((path) => `${path} ${showValue(this.raw(path))}`)
      .join(", ");
  }

  set<Name extends ConfigValueName>(name: Name, value: ConfigValues[Name], origin: string): void {
    this.#values.set(name, value);
    this.#origins.set(name, origin);
  }

  /** The model, if it has been found. */
  get model(): string | undefined {
    return this.#values.get("model") as string | undefined;
  }

  /** The value of the field, or what the tool takes without it. A field that breaks its rule sets nothing. */
  setOr<Name extends ConfigValueName>(
    name: Name,
    path: string,
    value: ConfigValues[Name] | undefined,
    absent: { readonly value: ConfigValues[Name]; readonly of: string },
  ): void {
    if (value !== undefined) this.set(name, value, this.at(path));
    else if (this.raw(path) === undefined) this.set(name, absent.value, `${defaultOf(absent.of)} (${path})`);
  }

  /** What the file decides in a way that cannot be read. */
  unread(name: ConfigValueName, reason: string): void {
    this.#unread.set(name, reason);
  }

  remark(text: string): void {
    this.#remarks.push(text);
  }

  /** A remark for each of these fields that the file sets and does not switch off. */
  notModelled(fields: Readonly<Record<string, string>>): void {
    for (const [path, effect] of Object.entries(fields)) {
      if (isOn(this.raw(path))) this.remark(`${this.at(path)} is not modelled: ${effect}`);
    }
  }

  finish(dialect: Dialect): TrainingConfig {
    const { model, method, rank, targets, base, microBatch, seq, ...settings } = Object.fromEntries(
      this.#values,
    ) as Partial<ConfigValues>;
    const readings = [...this.#values].map(
      ([name, value]) => `${this.#origins.get(name)} → ${valueWords[name]} ${showValue(value)}`,
    );
    const undecided = [...this.#unread].map(
      ([name, reason]) => `${valueWords[name]} cannot be read: ${reason}`,
    );
    return {
      dialect,
      profile: dialect,
      ...(model !== undefined && { model }),
      ...(method !== undefined && { method }),
      ...(rank !== undefined && { rank }),
      ...(targets !== undefined && { targets }),
      ...(base !== undefined && { base }),
      ...(microBatch !== undefined && { microBatch }),
      ...(seq !== undefined && { seq }),
      settings: settings satisfies Partial<StackSettings>,
      origins: Object.fromEntries(this.#origins),
      unread: Object.fromEntries(this.#unread),
      remarks: this.#remarks,
      notes: [...readings, ...undecided, ...this.#remarks],
    };
  }

  #checked<Value>(path: string, value: Value | undefined, rule: string): Value | undefined {
    if (value === undefined && this.raw(path) !== undefined) this.problem(path, rule);
    return value;
  }

  #at(path: string): unknown {
    let value: unknown = this.#content;
    for (const key of path.split(".")) {
      if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
      value = (value as Record<string, unknown>)[key];
    }
    return value;
  }
}

/** `axolotl's default`. */
export function defaultOf(tool: string): string {
  return `${tool}${tool.endsWith("s") ? "'" : "'s"} default`;
}

/** Set, and not to false, 0, none or nothing. */
function isOn(value: unknown): boolean {
  if (value === undefined || value === false || value === 0 || value === "" || value === "none") return false;
  return typeof value !== "object" || Object.keys(value as object).length > 0;
}

function show(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : showValue(value);
}
