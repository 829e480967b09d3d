export {
  type CatalogueMatch,
  type CatalogueModel,
  catalogueModels,
  matchCatalogueModel,
} from "./catalogue/catalogue.ts";
export type { StoredFormat } from "./catalogue/copies.ts";
export type { ChangeEffect } from "./memory/advice.ts";
export {
  type AnsweredModel,
  type AnsweredRank,
  answerSentence,
  methodsOf,
  smallestCardSentence,
} from "./memory/answer-words.ts";
export type { BaseFormatName, FloatDtype } from "./memory/base-bytes.ts";
export type { Lack } from "./memory/card-limits.ts";
export { byteFormat, type CardMemory } from "./memory/card-text.ts";
export type { Card, CardChoice } from "./memory/cards.ts";
export type { MemoryEstimate } from "./memory/estimate.ts";
export type { Fit, Growable } from "./memory/fits.ts";
export type { FullEstimate } from "./memory/full.ts";
export { provenBounds } from "./memory/not-counted.ts";
export { type Objective, objectiveWords } from "./memory/objectives/objective.ts";
export type { OptimizerName } from "./memory/optimizer-bytes.ts";
export { type Profile, profileOf, settingsOn } from "./memory/profiles.ts";
export {
  type CardAdvice,
  estimateRanks,
  type RankEstimates,
  type RankEstimatesOptions,
} from "./memory/rank-estimates.ts";
export type { MemoryMethod, RankEstimate } from "./memory/rows.ts";
export type { Cards, Strategy } from "./memory/sharding.ts";
export type { AttentionKind, StackSettings } from "./memory/stack.ts";
export { checkSettings } from "./memory/stack-settings.ts";
export { type StaticBytes, staticBytes } from "./memory/static-bytes.ts";
export { memoryBars, memoryBarsStyle } from "./memory/svg/bars.ts";
export type { TrainedModule } from "./memory/trained-modules.ts";
export { estimateTraining } from "./memory/training.ts";
export type { NotCounted } from "./model/shape.ts";
