import { cardNames } from "./memory/cards.ts";
import {
  baseFormatNames,
  expertRankNames,
  generatorNames,
  memoryMethods,
  objectiveNames,
  profileNames,
  referenceNames,
  stackChoices,
  strategies,
  trainedModuleNames,
} from "./memory/names.ts";

export { cardsOf, readCards } from "./memory/card-text.ts";
export { findCard } from "./memory/cards.ts";
export { memoryDefaults } from "./memory/names.ts";

/** Names that estimate settings take, and cards for `findCard`. */
export const memoryNames = {
  ...stackChoices,
  base: baseFormatNames,
  method: memoryMethods,
  profile: profileNames,
  card: cardNames,
  strategy: strategies,
  objective: objectiveNames,
  reference: referenceNames,
  generator: generatorNames,
  expertRank: expertRankNames,
  trainedModule: trainedModuleNames,
} as const;
