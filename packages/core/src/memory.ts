export {
  type CatalogueModel,
  catalogueFamily,
  catalogueModels,
  findCatalogueModel,
  matchCatalogueModel,
} from "./catalogue/catalogue.ts";
export { type ChangeEffect, changesThatFit, singleChanges } from "./memory/advice.ts";
export {
  type BaseFormat,
  type BaseFormatName,
  baseFormat,
  baseFormatNames,
  type FloatDtype,
  isQuantizedFormat,
} from "./memory/base-bytes.ts";
export { type Card, type CardChoice, cardNames, cardsFor, findCard, type NamedCard } from "./memory/cards.ts";
export {
  estimateMemory,
  type Fit,
  fitOf,
  type Growable,
  largestThatFits,
  type MemoryEstimate,
  type MemoryOptions,
} from "./memory/estimate.ts";
export { estimateFull, type FullEstimate, type FullOptions } from "./memory/full.ts";
export { type MeasuredErrors, measuredErrors } from "./memory/measured-errors.ts";
export { type MeasuredSetup, type Measurement, nearestMeasurement } from "./memory/nearest-measurement.ts";
export {
  type OptimizerKind,
  type OptimizerName,
  optimizerNames,
  optimizerStateBytes,
  type TrainedTensor,
} from "./memory/optimizer-bytes.ts";
export type { PeakPhase } from "./memory/parts.ts";
export { type MemoryParts, partWords } from "./memory/parts.ts";
export { type Profile, profileNames, profileOf, profiles } from "./memory/profiles.ts";
export {
  largestRankRow,
  type MemoryMethod,
  type MemoryRow,
  type MemoryRowsOptions,
  memoryDefaults,
  memoryMethods,
  memoryRows,
} from "./memory/rows.ts";
export {
  type AttentionKind,
  attentionKinds,
  type CheckpointingKind,
  checkpointingKinds,
  type LossKind,
  lossKinds,
  type StackSettings,
  type StackTraits,
} from "./memory/stack.ts";
export {
  modelAssumptions,
  type StaticBytes,
  type StaticBytesOptions,
  staticBytes,
} from "./memory/static-bytes.ts";
export { type MemoryBarsOptions, memoryBars, memoryBarsStyle } from "./memory/svg/bars.ts";
