import { sweepDefaults } from "@lorank/sweep/defaults";

/** Runs the model: WebAssembly everywhere, or the GPU where the browser reaches one. */
export type Device = "wasm" | "webgpu";

/** Columns of a file, for those without a common name. */
export const columnFields = [
  "textColumn",
  "labelColumn",
  "promptColumn",
  "responseColumn",
  "messagesColumn",
  "groupColumn",
] as const;

/** Settings that are on or off. */
export const checkFields = ["mergeLabels", "skipInvalid", "keepOverlap"] as const;

/** Settings of a comparison, in the words of `lorank sweep`. */
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

/** Defaults of `lorank sweep`, with fewer runs of fewer examples, so that a tab is done in minutes. */
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

/** Names of the settings, in the form and in messages on one that is wrong. */
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

/** Names an option of `@lorank/train`. Those that the page does not have are the command line's alone. */
export function labelOf(option: string): string {
  const names: Readonly<Record<string, string>> = labels;
  return names[option] ?? `the command line's ${flagOf(option)}`;
}

/** `--max-length` of `maxLength`. */
export function flagOf(option: string): string {
  return `--${option.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)}`;
}
