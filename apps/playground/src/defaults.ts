import { sweepDefaults } from "@lorank/sweep/defaults";

/** What the page proposes: the defaults of `lorank sweep`, with fewer runs of fewer examples, so that a tab is done in minutes. */
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
