export { type CatalogueModel, catalogueModels, findCatalogueModel } from "../catalogue/catalogue.ts";
export { catalogueFamily, matchCatalogueModel } from "../catalogue/match.ts";
export { type ChangeEffect, changesThatFit, singleChanges } from "./advice.ts";
export {
  type BaseFormat,
  type BaseFormatName,
  baseFormat,
  baseFormatNames,
  type FloatDtype,
  isQuantizedFormat,
} from "./base-bytes.ts";
export { type Card, type CardChoice, cardNames, cardsFor, findCard, type NamedCard } from "./cards.ts";
export { memoryDefaults } from "./defaults.ts";
export { estimateMemory, type MemoryEstimate, type MemoryOptions } from "./estimate.ts";
export { type Fit, fitOf, type Growable, largestThatFits } from "./fits.ts";
export { estimateFull, type FullEstimate, type FullOptions } from "./full.ts";
export { type MeasuredErrors, measuredErrors } from "./measured-errors.ts";
export { modelAssumptions } from "./model-assumptions.ts";
export { type MeasuredSetup, type Measurement, nearestMeasurement } from "./nearest-measurement.ts";
export {
  type OptimizerKind,
  type OptimizerName,
  optimizerNames,
  optimizerStateBytes,
  type TrainedTensor,
} from "./optimizer-bytes.ts";
export { type MemoryParts, partWords } from "./parts.ts";
export type { PeakPhase } from "./peak.ts";
export { type Profile, profileNames, profileOf, profiles } from "./profiles.ts";
export {
  largestRankRow,
  type MemoryMethod,
  type MemoryRow,
  type MemoryRowsOptions,
  memoryMethods,
  memoryRows,
} from "./rows.ts";
export {
  type AttentionKind,
  attentionKinds,
  type CheckpointingKind,
  checkpointingKinds,
  type LossKind,
  lossKinds,
  type StackSettings,
  type StackTraits,
} from "./stack.ts";
export { type StaticBytes, type StaticBytesOptions, staticBytes } from "./static-bytes.ts";
export { type MemoryBarsOptions, memoryBars } from "./svg/bars.ts";
export { memoryBarsStyle } from "./svg/bars-style.ts";
