import { showValue } from "./training-config.ts";

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
