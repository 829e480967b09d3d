import { cutText } from "@lorank/core";
import type { BaseFormatName, NotCounted, StackSettings, Strategy } from "@lorank/core/memory";
import type { Entry, Recipe, ValueName, Values } from "./writing.ts";

/** Facts about a training tool that need neither its reader nor its writer. Help needs no more. */
export interface ToolFacts {
  /** Name as it is typed: that of its folder, of `--for`, `--trainer` and `--json`. */
  readonly name: string;
  /** Its own spelling of its name. */
  readonly title: string;
  /** The release whose keys and defaults these are. */
  readonly version?: string;
  /** Name that all configs have which are read. */
  readonly file?: string;
  /** Loads how `memory` reads its config. */
  readonly reading?: () => Promise<ToolReading>;
  /** Loads how `config` writes it. */
  readonly writing?: () => Promise<ToolWriting>;
  readonly recipe?: ToolRecipe;
}

/** The files that `init` writes for training with a tool: those of its folder in `examples/trainers`. */
export interface ToolRecipe {
  readonly files: readonly string[];
  /** Answer to the question of `init` what trains. */
  readonly hint: string;
  /** Columns that its script reads. */
  readonly columns: string;
}

/** Values of a config that decide memory, by their names in this program. */
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
  /** The tool before "default": `axolotl's default`. */
  readonly defaultsOf: string;
  /** Memory profile that the tool trains under, if its configs are of one. */
  readonly profile?: string;
  /** Marks of its configs: one of `keys`, and one of `otherKeys` where there are any. */
  readonly keys: readonly string[];
  readonly otherKeys?: readonly string[];
  /** Its keys that resemble one which is read, and mean something else. A test keeps them few. */
  readonly lookalikes: string;
  readonly rows: readonly FieldRow[];
  readonly remarks: readonly RemarkRow[];
  /** Omissions that its own fields tell of, beside the effects of fields that several tools have. */
  readonly notCounted: readonly NotCountedRow[];
  /** Key by which a file is another tool's. */
  readonly foreignKey?: string;
}

/**
 * A field and the value that it decides; its absence may decide one too, by the tool's default. Of several paths the last
 * is read, and those before it are shown with it. Of rows with one target the first that decides it wins; those after it
 * are only checked.
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

/** Something to know of a file, behind the field that it is about where there is one. */
export type RemarkRow = readonly [only: Condition, path: string, remark: string];

/** Something that a file says and no estimate counts. */
export interface NotCountedRow extends Omit<ConfigOmission, "from" | "countedFrom"> {
  readonly only: Condition;
  /** Field behind it, or "" for none. */
  readonly path: string;
  /** Origin in words (default: the field with its value). */
  readonly from?: (fields: ConfigFields) => string;
}

/** Something that is not counted of a training config. */
export interface ConfigOmission extends NotCounted {
  /** A flag of one of these decides what the field leaves open. */
  readonly settledBy?: readonly (ConfigValueName | "labels")[];
  /** Smallest micro-batch that covers it. */
  readonly countedFrom?: number;
}

/** Fields with the value, or one of the values, that each must have; undefined is a field that is absent. */
export type Condition = Readonly<Record<string, unknown>> | ((fields: ConfigFields) => boolean);

/** A value that a field, or its absence, decides; undefined where it decides none. */
export type FieldValue<Value> =
  | Value
  /** The value, and in words where it comes from. */
  | { readonly value: Value; readonly origin: string }
  /** The field breaks this rule: `a positive integer`. */
  | { readonly must: string }
  /** The field decides the value in a way that has no name here; the end of a sentence that begins with the field. */
  | { readonly unread: string }
  | undefined;

/**
 * Reads a field that is set: by a function, or by the values that it may have. Those with spaces between them mean the
 * same. A switch may leave out its on or its off, which decides nothing then.
 */
export type Convert<Value> =
  | ((raw: unknown, fields: ConfigFields) => FieldValue<Value>)
  | Readonly<Record<string, FieldValue<Value>>>;

/** Keys of a tool's config. A value without a key is missing here, and stands in a comment of the config. */
export type Keys = { readonly [Name in ValueName]?: string };

/** A tool's config as `config` writes it. */
export interface ToolWriting {
  /** In the order in which they are written. */
  readonly lora: Keys;
  readonly training: Keys;
  /** Takes only whole numbers for lora_alpha. */
  readonly wholeAlpha?: true;
  /** Names the task in its LoRA part, a classification too. */
  readonly namesTask?: true;
  /** Changes what the tool expresses in another way. (default: nothing) */
  readonly adapt?: (recipe: Recipe, values: Values) => Adapted;
  /** Lines of Python with the entries. (default: the config is YAML) */
  readonly python?: (recipe: Recipe, parts: Parts) => string[];
}

/** Values in a tool's own form, its keys that stand after the model, and comments. */
export interface Adapted {
  readonly values: Values;
  readonly lora?: readonly Entry[];
  readonly remarks?: readonly string[];
}

/** Entries of a config. */
export interface Parts {
  readonly lora: readonly Entry[];
  readonly training: readonly Entry[];
}

/** The fields of a training config. One that is null reads as one that is absent, as the tools have it. */
export class ConfigFields {
  readonly #content: Readonly<Record<string, unknown>>;
  /** Comments of the file, one a line. */
  readonly comments: string;

  constructor(content: Readonly<Record<string, unknown>>, comments = "") {
    this.#content = content;
    this.comments = comments;
  }

  /** A field by its path (`model.lora_rank`), with OmegaConf's `${…}` replaced where it is the whole of a value. */
  get(path: string): unknown {
    const value = this.#at(path);
    const [, name] = (typeof value === "string" && /^\$\{([\w.]+)\}$/.exec(value)) || [];
    return (name === undefined ? value : this.#at(name)) ?? undefined;
  }

  has(path: string): boolean {
    return this.get(path) !== undefined;
  }

  /** The same with another value of one field. */
  with(path: string, value: unknown): ConfigFields {
    return new ConfigFields(withField(this.#content, path.split("."), value), this.comments);
  }

  /** Set, and not to false, 0, none or nothing. */
  isOn(path: string): boolean {
    const value = this.get(path);
    if ([undefined, false, 0, "", "none"].some((off) => off === value)) return false;
    return typeof value !== "object" || Object.keys(value as object).length > 0;
  }

  /** Field and value as the file has them: `lora_r 32`. */
  at(...paths: readonly string[]): string {
    return paths
      .filter((path) => this.has(path))
      .map((path) => `${path} ${showValue(this.get(path))}`)
      .join(", ");
  }

  /** Paths of the fields below `parent`, of the topmost ones below "". */
  pathsIn(parent: string): string[] {
    const content = parent === "" ? this.#content : this.get(parent);
    if (!isRecord(content)) return [];
    return Object.keys(content).map((key) => (parent === "" ? key : `${parent}.${key}`));
  }

  /** The fields that others refer to with `${…}`. */
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

/** A value as it would be typed, cut where it is long. */
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
