import type { CardMemory } from "@lorank/core/memory";
import { memoryNames, readCards } from "@lorank/core/memory-names";
import { type Kind, textOf } from "./kinds.ts";

/** Flag value for GPU memory: 24GB (10⁹ bytes each), or a known card's usable memory, see `cards` in @lorank/core. */
export const cardMemory: Kind<CardMemory> = {
  ...textOf(
    "a card's memory such as 24GB or 40GiB, or a card such as t4 or a100-80gb, and several as 2x24GB",
    "card",
    readCards,
  ),
  names: memoryNames.card,
  meant: (value) => (/^\d{1,3}$/.test(String(value)) ? `${value}GB` : undefined),
};
