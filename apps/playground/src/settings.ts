import { sweepDefaults } from "@lorank/sweep/defaults";

/** Runs the model: WebAssembly everywhere, or the GPU where the browser reaches one. */
export type Device = "wasm" | "webgpu";

/** Settings of a comparison, in the words of `lorank sweep`. */
export interface PlaygroundSettings {
  readonly ranks: readonly number[];
  readonly seeds: number;
  readonly trainExamples: number;
  readonly validationExamples: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly maxLength: number;
  readonly learningRate: number;
  readonly textColumn?: string | undefined;
  readonly labelColumn?: string | undefined;
  readonly mergeLabels?: boolean | undefined;
  readonly keepOverlap?: boolean | undefined;
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
  mergeLabels: "Merge labels",
  keepOverlap: "Keep overlap",
  device: "Device",
} as const satisfies Record<keyof PlaygroundSettings, string>;

/** Names an option of `@lorank/train`, which has a few that the page does not show. */
export function labelOf(option: string): string {
  return (labels as Readonly<Record<string, string>>)[option] ?? option;
}
