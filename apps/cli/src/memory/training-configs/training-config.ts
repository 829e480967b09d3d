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
