import type { OptionNames } from "@lorank/core";
import { observationNames } from "@lorank/evidence/schema";
import type { DataOptions } from "../data/data-options.ts";
import type { TrainingSettings } from "./settings.ts";

const dataNames: OptionNames<DataOptions> = {
  data: true,
  testExamples: false,
  testData: false,
  encoding: false,
  delimiter: false,
  quote: false,
  skipInvalid: false,
  task: false,
  textColumn: false,
  labelColumn: false,
  promptColumn: false,
  responseColumn: false,
  messagesColumn: false,
  groupColumn: false,
  template: false,
  trainExamples: false,
  validationExamples: false,
  mergeLabels: false,
  keepOverlap: false,
  optionName: false,
};

/** Setting names in {@link TrainingSettings}, for checking callers' input. */
export const trainingNames: OptionNames<TrainingSettings> = {
  ...dataNames,
  model: true,
  weights: false,
  quantization: false,
  maxLength: false,
  alpha: false,
  scaling: false,
  dora: false,
  dropout: false,
  targets: false,
  rankPattern: false,
  alphaPattern: false,
  learningRate: false,
  loraPlus: false,
  schedule: false,
  warmup: false,
  epochs: false,
  batchSize: false,
  microBatch: false,
  weightDecay: false,
  clip: false,
  ...observationNames,
  answers: false,
  retain: false,
  compute: false,
};
