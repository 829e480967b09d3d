export {
  type CatalogueModel,
  catalogueFamily,
  catalogueModels,
  matchCatalogueModel,
} from "./catalogue/catalogue.ts";
export { type ChangeEffect, changesThatFit, singleChanges } from "./memory/advice.ts";
export { type BaseFormatName, baseFormat, type FloatDtype, isQuantizedFormat } from "./memory/base-bytes.ts";
export { cardLimits, type Lack } from "./memory/card-limits.ts";
export { type Card, type CardChoice, cardsFor, findCard } from "./memory/cards.ts";
export { type Fit, fitOf, type Growable, largestThatFits } from "./memory/fits.ts";
export { measuredErrors } from "./memory/measured-errors.ts";
export { memoryNames } from "./memory/names.ts";
export { isMeasured, type Measurement, nearestMeasurement } from "./memory/nearest-measurement.ts";
export type { OptimizerName } from "./memory/optimizer-bytes.ts";
export { partWords } from "./memory/parts.ts";
export { type Profile, profileOf } from "./memory/profiles.ts";
export {
  largestRankRow,
  type MemoryMethod,
  type MemoryRow,
  memoryDefaults,
  memoryRows,
} from "./memory/rows.ts";
export { type Cards, cardsAssumptions, type Strategy } from "./memory/sharding.ts";
export type { AttentionKind, CheckpointingKind, StackSettings } from "./memory/stack.ts";
export { modelAssumptions, type StaticBytes, staticBytes } from "./memory/static-bytes.ts";
export { memoryBars, memoryBarsStyle } from "./memory/svg/bars.ts";
export { estimateTraining, type TrainingOptions } from "./memory/training.ts";
