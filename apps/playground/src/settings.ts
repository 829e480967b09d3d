import { kebabCase } from "@lorank/core";
import { sweepDefaults } from "@lorank/sweep/defaults";

/** Model device: WebAssembly everywhere, or the GPU where reachable. */
export type Device = "wasm" | "webgpu";

/** Settings that name a data file's columns, where their names are uncommon. */
export const columnFields = [
  "textColumn",
  "labelColumn",
  "promptColumn",
  "responseColumn",
  "messagesColumn",
  "groupColumn",
] as const;

export const checkFields = ["mergeLabels", "skipInvalid", "keepOverlap"] as const;

/** Comparison settings, in the words of `lorank sweep`. */
export interface PlaygroundSettings
  extends Readonly<Partial<Record<(typeof columnFields)[number], string>>>,
    Readonly<Partial<Record<(typeof checkFields)[number], true>>> {
  readonly ranks: readonly number[];
  readonly seeds: number;
  readonly trainExamples: number;
  readonly validationExamples: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly maxLength: number;
  readonly learningRate: number;
  readonly device: Device;
}

/** Defaults as in `lorank sweep`, with fewer runs and examples, for minutes in a tab. */
export const playgroundDefaults = {
  ranks: [2, 8],
  seeds: 4,
  trainExamples: 240,
  validationExamples: 600,
  epochs: sweepDefaults.epochs,
  batchSize: sweepDefaults.batchSize,
  maxLength: 64,
  learningRate: sweepDefaults.learningRate,
  starterLearningRate: sweepDefaults.starterLearningRate,
} as const;

/** Setting names in the form and in messages. */
export const labels = {
  ranks: "Ranks",
  seeds: "Seeds",
  trainExamples: "Training examples",
  validationExamples: "Validation examples",
  epochs: "Epochs",
  batchSize: "Batch size",
  maxLength: "Max length",
  learningRate: "Learning rate",
  textColumn: "Text column",
  labelColumn: "Label column",
  promptColumn: "Prompt column",
  responseColumn: "Response column",
  messagesColumn: "Messages column",
  groupColumn: "Group column",
  mergeLabels: "Merge labels",
  skipInvalid: "Skip invalid rows",
  keepOverlap: "Keep overlap",
  device: "Device",
} as const satisfies Record<keyof PlaygroundSettings, string>;

/** Label for an option of `@lorank/train`; options without a label get the command line's name. */
export function labelOf(option: string): string {
  const names: Readonly<Record<string, string>> = labels;
  return names[option] ?? `the command line's ${flagOf(option)}`;
}

/** Command-line flag for an option: `--max-length` for `maxLength`. */
export function flagOf(option: string): string {
  return `--${kebabCase(option)}`;
}
