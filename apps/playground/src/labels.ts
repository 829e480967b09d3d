import type { Asked } from "./protocol.ts";

/** What the page calls each setting, in its form and in what it says of one that is wrong. */
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
} as const satisfies Record<keyof Asked, string>;

/** The same for an option of `@lorank/train`, which has a few that the page does not show. */
export function labelOf(option: string): string {
  return (labels as Readonly<Record<string, string>>)[option] ?? option;
}
