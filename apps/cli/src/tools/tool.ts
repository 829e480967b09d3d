import { cutText } from "@lorank/core";
import type {
  BaseFormatName,
  Objective as CoreObjective,
  NotCounted,
  StackSettings,
  Strategy,
  TrainedModule,
} from "@lorank/core/memory";
import type { Entry, Recipe, ValueName, Values } from "./writing.ts";

/** Training tool's facts, enough for help; reader and writer load later. */
export interface ToolFacts {
  /** Name in `--for`, `--trainer` and `--json`; also the tool's folder. */
  readonly name: string;
  readonly title: string;
  /** Release whose keys and defaults are modelled. */
  readonly version?: string;
  /** File name of all the tool's configs. */
  readonly file?: string;
  readonly reading?: () => Promise<ToolReading>;
  readonly writing?: () => Promise<ToolWriting>;
  readonly recipe?: ToolRecipe;
}

/** Files copied by `init` from `examples/trainers`. */
export interface ToolRecipe {
  readonly files: readonly string[];
  /** Text of the tool's choice in `init`'s questions. */
  readonly hint: string;
  /** Data columns that the recipe's script reads, in words. */
  readonly columns: string;
}

/** Values in a training config on which memory depends. */
export interface ConfigValues extends StackSettings {
  /** Base model's hub id or folder. */
  readonly model: string;
  readonly method: "lora" | "qlora" | "full";
  /** Objective of the run; absent for supervised fine-tuning. */
  readonly objective: Objective;
  readonly rank: number;
  /** Layers by name, or by a pattern of their whole paths. */
  readonly targets: readonly string[] | "all-linear" | RegExp;
  readonly base: BaseFormatName;
  readonly microBatch: number;
  /** Longest training text, in tokens. */
  readonly seq: number;
  /** Strategy for sharing training among several cards. */
  readonly strategy: Strategy;
  readonly cards: number;
  readonly reference: NonNullable<CoreObjective["reference"]>;
  /** Tokens of a sequence that are scored, or generated. */
  readonly completion: number;
  readonly generator: NonNullable<CoreObjective["generator"]>;
  /** Completions that a card generates at once. */
  readonly generations: number;
  readonly vllmShare: number;
  /** Modules trained in full beside the adapters. */
  readonly trainedModules: readonly TrainedModule[];
}

/** Trainings other than supervised fine-tuning. */
export type Objective =
  | Exclude<CoreObjective["name"], "sft" | "embedding">
  | "ppo"
  | "distillation"
  | "other";

export type ConfigValueName = keyof ConfigValues;

/** Reading of a tool's config: fields, and their meaning for memory. */
export interface ToolReading {
  /** Prefix for "default": `axolotl's default`. */
  readonly defaultsOf: string;
  /** Name of the memory profile for the tool; absent if its configs fit several. */
  readonly profile?: string;
  /** Keys identifying the tool's configs: at least one from `keys`, and from `otherKeys` if listed. */
  readonly keys: readonly string[];
  readonly otherKeys?: readonly string[];
  /** Keys of the tool that resemble another known key, and so must not be reported as misspelt. */
  readonly lookalikes: string;
  readonly rows: readonly FieldRow[];
  readonly remarks: readonly RemarkRow[];
  /** Memory parts not counted, by fields of this tool only; shared fields are in `effects`. */
  readonly notCounted: readonly NotCountedRow[];
}

/**
 * Row on a config field: the value it decides, and how. `otherwise` is the tool's default for an absent field. Of
 * several paths the last is read, and the others shown. Of rows with the same target, the first to decide wins.
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

export type RemarkRow = readonly [only: Condition, path: string, remark: string];

/** Row on a config field whose memory no estimate counts. */
export interface NotCountedRow extends Omit<ConfigOmission, "from" | "countedFrom"> {
  readonly only: Condition;
  readonly path: string;
  /** Origin of the omission in words. (default: the field with its value) */
  readonly from?: (fields: ConfigFields) => string;
}

export interface ConfigOmission extends NotCounted {
  /** Flags that settle what the field leaves open. */
  readonly settledBy?: readonly (ConfigValueName | "labels")[];
  /** Smallest micro-batch that already counts the omitted part. */
  readonly countedFrom?: number;
}

/** Required values by field (a list allows several; undefined: absent), or a test. */
export type Condition = Readonly<Record<string, unknown>> | ((fields: ConfigFields) => boolean);

/** Value decided by a field or its absence; undefined if neither decides. */
export type FieldValue<Value> =
  | Value
  | { readonly value: Value; readonly origin: string }
  /** Rule that the field breaks: `a positive integer`. */
  | { readonly must: string }
  /** Unsupported value: words that continue a sentence beginning with the field. */
  | { readonly unread: string }
  | undefined;

/**
 * Converts a field's value: a function, or a table whose keys list synonyms separated by spaces. A switch missing in
 * the table decides nothing.
 */
export type Convert<Value> =
  | ((raw: unknown, fields: ConfigFields) => FieldValue<Value>)
  | Readonly<Record<string, FieldValue<Value>>>;

/** Keys that a tool's config has for a recipe's values. Values without a key become comments. */
export type Keys = { readonly [Name in ValueName]?: string };

export interface ToolWriting {
  /** LoRA keys, in the order they are written. */
  readonly lora: Keys;
  readonly training: Keys;
  readonly wholeAlpha?: true;
  /** Marks a tool whose LoRA keys name the task, classification included. */
  readonly namesTask?: true;
  /** Adapts values that the tool expresses differently. (default: none) */
  readonly adapt?: (recipe: Recipe, values: Values) => Adapted;
  /** Writes Python lines instead of YAML. */
  readonly python?: (recipe: Recipe, parts: Parts) => string[];
}

/** Recipe in the tool's form: values, entries that follow the model, and comments. */
export interface Adapted {
  readonly values: Values;
  readonly lora?: readonly Entry[];
  readonly remarks?: readonly string[];
}

export interface Parts {
  readonly lora: readonly Entry[];
  readonly training: readonly Entry[];
}

/** Fields of a training config. Null counts as absent, as in the tools. */
export class ConfigFields {
  readonly #content: Readonly<Record<string, unknown>>;
  readonly comments: string;

  constructor(content: Readonly<Record<string, unknown>>, comments = "") {
    this.#content = content;
    this.comments = comments;
  }

  /** Field by path (`model.lora_rank`). A value that is a single `${…}` reference (OmegaConf) is resolved. */
  get(path: string): unknown {
    const value = this.#at(path);
    const [, name] = (typeof value === "string" && /^\$\{([\w.]+)\}$/.exec(value)) || [];
    return (name === undefined ? value : this.#at(name)) ?? undefined;
  }

  has(path: string): boolean {
    return this.get(path) !== undefined;
  }

  /** Copies the config with another value for a field. */
  with(path: string, value: unknown): ConfigFields {
    return new ConfigFields(withField(this.#content, path.split("."), value), this.comments);
  }

  /** Tells if a field is set to anything but false, 0, `none` or an empty value. */
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

  /** Config paths that `${…}` references name. */
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

/** Value as typed, shortened if long. */
export function showValue(value: unknown): string {
  const text =
    typeof value === "string" || value instanceof RegExp
      ? String(value)
      : Array.isArray(value) && value.every((item) => typeof item === "string")
        ? value.join(",")
        : (JSON.stringify(value) ?? "nothing");
  return cutText(text, 80);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof RegExp);
}
