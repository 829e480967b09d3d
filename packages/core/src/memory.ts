import { baseFormatNames } from "./memory/base-bytes.ts";
import { cardNames } from "./memory/cards.ts";
import { profileNames } from "./memory/profiles.ts";
import { memoryMethods } from "./memory/rows.ts";
import { strategies } from "./memory/sharding.ts";
import { stackChoices } from "./memory/stack.ts";

export { type CatalogueModel, catalogueModels, matchCatalogueModel } from "./catalogue/catalogue.ts";
export type { ChangeEffect } from "./memory/advice.ts";
export type { BaseFormatName, FloatDtype } from "./memory/base-bytes.ts";
export type { Lack } from "./memory/card-limits.ts";
export { type Card, type CardChoice, findCard } from "./memory/cards.ts";
export type { MemoryEstimate } from "./memory/estimate.ts";
export type { Fit, Growable } from "./memory/fits.ts";
export type { FullEstimate } from "./memory/full.ts";
export type { Measurement } from "./memory/nearest-measurement.ts";
export { provenBounds } from "./memory/not-counted.ts";
export type { OptimizerName } from "./memory/optimizer-bytes.ts";
export { type Profile, profileOf } from "./memory/profiles.ts";
export { type CardAdvice, estimateRanks, type RankEstimates } from "./memory/rank-estimates.ts";
export { type MemoryMethod, memoryDefaults, type RankEstimate } from "./memory/rows.ts";
export type { Cards, Strategy } from "./memory/sharding.ts";
export type { AttentionKind, StackSettings } from "./memory/stack.ts";
export { type StaticBytes, staticBytes } from "./memory/static-bytes.ts";
export { memoryBars, memoryBarsStyle } from "./memory/svg/bars.ts";
export { estimateTraining } from "./memory/training.ts";
export type { NotCounted } from "./model/shape.ts";

/** Names that settings of an estimate take, and cards by which `findCard` finds one. */
export const memoryNames = {
  ...stackChoices,
  base: baseFormatNames,
  method: memoryMethods,
  profile: profileNames,
  card: cardNames,
  strategy: strategies,
} as const;
