import type { BaseFormatName, StackSettings } from "@lorank/core/memory";

export type TrainingTool = "peft" | "axolotl" | "llama-factory" | "torchtune";

/** What decides memory, by our names for it. The settings of the stack stand beside what every stack has. */
export interface ConfigValues extends StackSettings {
  /** A hub id or a folder. */
  readonly model: string;
  readonly method: "lora" | "full";
  readonly rank: number;
  readonly targets: readonly string[] | "all-linear";
  readonly base: BaseFormatName;
  readonly microBatch: number;
  /** Tokens of the longest text. */
  readonly seq: number;
}

export type ConfigValueName = keyof ConfigValues;

/**
 * What a training tool's config says about memory. A value is there only if the file says it or if the tool's own
 * default decides it.
 */
export interface TrainingConfig
  extends Partial<
    Pick<ConfigValues, "model" | "method" | "rank" | "targets" | "base" | "microBatch" | "seq">
  > {
  readonly tool: TrainingTool;
  /** The profile that the tool trains under. */
  readonly profile: TrainingTool;
  readonly settings: Partial<StackSettings>;
  /** Where each value that is there stands: `lora_r 32`, `axolotl's default (lora_dropout)`. */
  readonly origins: { readonly [Name in ConfigValueName]?: string };
  /** What the file decides in a way that has no name here, with the reason; to be decided by a flag. */
  readonly unread: { readonly [Name in ConfigValueName]?: string };
  /** What in the file changes memory and is not modelled, and what else there is to know. */
  readonly remarks: readonly string[];
  /** Every value with its origin (`lora_r 32 → rank 32`), then the remarks. */
  readonly notes: readonly string[];
}

/** A value as it would be typed, cut where it is long. */
export function showValue(value: unknown): string {
  const text =
    typeof value === "string"
      ? value
      : Array.isArray(value) && value.every((item) => typeof item === "string")
        ? value.join(",")
        : (JSON.stringify(value) ?? "nothing");
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/** The fields of a training config. One that is null reads as one that is absent, as the tools have it. */
export class ConfigFields {
  readonly #content: Readonly<Record<string, unknown>>;

  constructor(content: Readonly<Record<string, unknown>>) {
    this.#content = content;
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

  /** Set, and not to false, 0, none or nothing. */
  isOn(path: string): boolean {
    const value = this.get(path);
    if ([undefined, false, 0, "", "none"].some((off) => off === value)) return false;
    return typeof value !== "object" || Object.keys(value as object).length > 0;
  }

  /** `lora_r 32`: where a value stands. */
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
    const found = (value: unknown): string[] => {
      if (typeof value === "string") return [...value.matchAll(/\$\{([\w.]+)\}/g)].map(([, name]) => name!);
      return typeof value === "object" && value !== null ? Object.values(value).flatMap(found) : [];
    };
    return found(this.#content);
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

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
