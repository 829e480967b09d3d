import { kebabCase } from "@lorank/core";
import { sweepDefaults } from "@lorank/sweep/defaults";
import { pointsInterval } from "@lorank/train/spec";

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

/** Rules for settings that are numbers, and absent where the form's field is empty. */
export const optionalNumbers = { evaluateEvery: pointsInterval } as const;

type OptionalNumber = keyof typeof optionalNumbers;

export const optionalFields = Object.keys(optionalNumbers) as OptionalNumber[];

/** Comparison settings, in the words of `lorank sweep`. */
export interface PlaygroundSettings
  extends Readonly<Partial<Record<(typeof columnFields)[number], string>>>,
    Readonly<Partial<Record<OptionalNumber, number>>>,
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
  evaluateEvery: "Evaluate every",
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

/** Hints below the form's fields. */
export const hints = {
  ranks: "two or more, such as 2, 8",
  seeds: "runs of each rank",
  trainExamples: "at most; all if there are fewer",
  validationExamples: "at most a fifth of a file",
  epochs: "passes over the examples",
  batchSize: "examples in one step",
  maxLength: "tokens read of an example",
  learningRate: "of AdamW",
  evaluateEvery: "steps, or a share of them such as 0.25; at the end alone if empty",
  textColumn: "found by its name if empty",
  labelColumn: "found by its name if empty",
  promptColumn: "found by its name if empty",
  responseColumn: "found by its name if empty",
  messagesColumn: "of whole conversations",
  groupColumn: "of examples that belong together; none: they do not",
  mergeLabels: "one class of those that differ only in case or in spaces around them",
  skipInvalid: "that lack a text, a label, a prompt, a response or a group",
  keepOverlap: "validation examples that are also in training",
} as const satisfies Record<Exclude<keyof PlaygroundSettings, "device">, string>;

/** Label for an option of `@lorank/train`; options without a label get the command line's name. */
export function labelOf(option: string): string {
  const names: Readonly<Record<string, string>> = labels;
  return names[option] ?? `the command line's ${flagOf(option)}`;
}

/** Command-line flag for an option: `--max-length` for `maxLength`. */
export function flagOf(option: string): string {
  return `--${kebabCase(option)}`;
}
