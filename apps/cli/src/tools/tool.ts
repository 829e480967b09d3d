import { cutText } from "@lorank/core";
import type { BaseFormatName, NotCounted, StackSettings, Strategy } from "@lorank/core/memory";
import type { Entry, Recipe, ValueName, Values } from "./writing.ts";

/** Facts of a training tool, enough for help; reader and writer load later. */
export interface ToolFacts {
  /** Name as typed: in `--for`, `--trainer`, `--json`, and of its folder. */
  readonly name: string;
  readonly title: string;
  /** Release whose keys and defaults are modelled. */
  readonly version?: string;
  /** Fixed name of readable configs. */
  readonly file?: string;
  readonly reading?: () => Promise<ToolReading>;
  readonly writing?: () => Promise<ToolWriting>;
  readonly recipe?: ToolRecipe;
}

/** Files that `init` writes for a tool, from `examples/trainers`. */
export interface ToolRecipe {
  readonly files: readonly string[];
  /** Choice in `init`'s question on the trainer. */
  readonly hint: string;
  /** Columns that the script reads. */
  readonly columns: string;
}

/** Values of a config that decide memory. */
export interface ConfigValues extends StackSettings {
  /** A hub id or a folder. */
  readonly model: string;
  readonly method: "lora" | "qlora" | "full";
  readonly rank: number;
  readonly targets: readonly string[] | "all-linear";
  readonly base: BaseFormatName;
  readonly microBatch: number;
  /** Tokens of the longest text. */
  readonly seq: number;
  /** Division of training among several cards. */
  readonly strategy: Strategy;
  /** Number of cards. */
  readonly cards: number;
}

export type ConfigValueName = keyof ConfigValues;

/** The fields of a tool's config, and what each means for memory. */
export interface ToolReading {
  /** Prefix of "default": `axolotl's default`. */
  readonly defaultsOf: string;
  /** Memory profile of the tool, if its configs are of one. */
  readonly profile?: string;
  /** Marks of the tool's configs: one of `keys`, and one of `otherKeys` where listed. */
  readonly keys: readonly string[];
  readonly otherKeys?: readonly string[];
  /** Keys that resemble a read one and mean something else. A test keeps them few. */
  readonly lookalikes: string;
  readonly rows: readonly FieldRow[];
  readonly remarks: readonly RemarkRow[];
  /** Omissions that the tool's own fields tell of, beside those of shared fields. */
  readonly notCounted: readonly NotCountedRow[];
  /** Key that marks another tool's file. */
  readonly foreignKey?: string;
}

/**
 * Field and the value that it decides; absence may decide one by the tool's default. Of several paths the last is read,
 * and earlier ones are shown with it. Among rows of one target the first to decide wins; later ones are only checked.
 */
export type FieldRow = {
  [Name in ConfigValueName]: readonly [
    path: string | readonly string[],
    target: Name,
    convert: Convert<ConfigValues[Name]>,
    otherwise?: FieldValue<ConfigValues[Name]>,
    only?: Condition | undefined,
  ];
}[ConfigValueName];

/** Remark on a file, or on a field. */
export type RemarkRow = readonly [only: Condition, path: string, remark: string];

/** Fact in a file that no estimate counts. */
export interface NotCountedRow extends Omit<ConfigOmission, "from" | "countedFrom"> {
  readonly only: Condition;
  readonly path: string;
  /** Origin in words. (default: the field with its value) */
  readonly from?: (fields: ConfigFields) => string;
}

export interface ConfigOmission extends NotCounted {
  /** Flags that decide what the field leaves open. */
  readonly settledBy?: readonly (ConfigValueName | "labels")[];
  /** Smallest micro-batch that covers the omission. */
  readonly countedFrom?: number;
}

/** Fields and required values, or a list of them; undefined is an absent field. */
export type Condition = Readonly<Record<string, unknown>> | ((fields: ConfigFields) => boolean);

/** Value decided by a field or its absence; undefined where none is. */
export type FieldValue<Value> =
  | Value
  | { readonly value: Value; readonly origin: string }
  /** Broken rule: `a positive integer`. */
  | { readonly must: string }
  /** Decision without a name here; completes a sentence that begins with the field. */
  | { readonly unread: string }
  | undefined;

/**
 * Reads a set field: by a function, or by its possible values, synonyms separated by spaces. A switch may leave out its
 * on or its off, which decides nothing then.
 */
export type Convert<Value> =
  | ((raw: unknown, fields: ConfigFields) => FieldValue<Value>)
  | Readonly<Record<string, FieldValue<Value>>>;

/** Keys of a tool's config. Values without a key become comments. */
export type Keys = { readonly [Name in ValueName]?: string };

export interface ToolWriting {
  /** Entries in the order of writing. */
  readonly lora: Keys;
  readonly training: Keys;
  readonly wholeAlpha?: true;
  /** Tool names the task, also a classification, in its LoRA part. */
  readonly namesTask?: true;
  /** Adapts values that the tool expresses differently. (default: none) */
  readonly adapt?: (recipe: Recipe, values: Values) => Adapted;
  /** Python lines with the entries. (default: YAML) */
  readonly python?: (recipe: Recipe, parts: Parts) => string[];
}

/** Values in the tool's form, keys after the model, and comments. */
export interface Adapted {
  readonly values: Values;
  readonly lora?: readonly Entry[];
  readonly remarks?: readonly string[];
}

export interface Parts {
  readonly lora: readonly Entry[];
  readonly training: readonly Entry[];
}

/** Fields of a training config. Null reads as absent, as in the tools. */
export class ConfigFields {
  readonly #content: Readonly<Record<string, unknown>>;
  readonly comments: string;

  constructor(content: Readonly<Record<string, unknown>>, comments = "") {
    this.#content = content;
    this.comments = comments;
  }

  /** Field by path (`model.lora_rank`); a value that is wholly `${…}` (OmegaConf) is resolved. */
  get(path: string): unknown {
    const value = this.#at(path);
    const [, name] = (typeof value === "string" && /^\$\{([\w.]+)\}$/.exec(value)) || [];
    return (name === undefined ? value : this.#at(name)) ?? undefined;
  }

  has(path: string): boolean {
    return this.get(path) !== undefined;
  }

  /** Copy with another value of a field. */
  with(path: string, value: unknown): ConfigFields {
    return new ConfigFields(withField(this.#content, path.split("."), value), this.comments);
  }

  /** Tells if a field is set, and not to false, 0, none or nothing. */
  isOn(path: string): boolean {
    const value = this.get(path);
    if ([undefined, false, 0, "", "none"].some((off) => off === value)) return false;
    return typeof value !== "object" || Object.keys(value as object).length > 0;
  }

  /** Field and value as written: `lora_r 32`. */
  at(...paths: readonly string[]): string {
    return paths
      .filter((path) => this.has(path))
      .map((path) => `${path} ${showValue(this.get(path))}`)
      .join(", ");
  }

  /** Paths directly below `parent`; "" is the top. */
  pathsIn(parent: string): string[] {
    const content = parent === "" ? this.#content : this.get(parent);
    if (!isRecord(content)) return [];
    return Object.keys(content).map((key) => (parent === "" ? key : `${parent}.${key}`));
  }

  /** Fields that `${…}` refers to. */
  references(): string[] {
    const namesIn = (value: unknown): string[] => {
      if (typeof value === "string") return [...value.matchAll(/\$\{([\w.]+)\}/g)].map(([, name]) => name!);
      return typeof value === "object" && value !== null ? Object.values(value).flatMap(namesIn) : [];
    };
    return namesIn(this.#content);
  }

  #at(path: string): unknown {
    let value: unknown = this.#content;
    for (const key of path.split(".")) {
      if (!isRecord(value) || !Object.hasOwn(value, key)) return undefined;
      value = value[key];
    }
    return value;
  }
}

function withField(
  content: unknown,
  [key, ...below]: readonly string[],
  value: unknown,
): Readonly<Record<string, unknown>> {
  const record = isRecord(content) ? content : {};
  return { ...record, [key!]: below.length === 0 ? value : withField(record[key!], below, value) };
}

/** Value as typed, cut where it is long. */
export function showValue(value: unknown): string {
  const text =
    typeof value === "string"
      ? value
      : Array.isArray(value) && value.every((item) => typeof item === "string")
        ? value.join(",")
        : (JSON.stringify(value) ?? "nothing");
  return cutText(text, 80);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
