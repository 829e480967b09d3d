/** Cards that are sold with the same memory. */
export interface Card {
  /** As sold; read as 10⁹ bytes, which is below what the card's own tool shows. */
  readonly gigabytes: number;
  readonly names: readonly string[];
}

/**
 * Common cards by memory, smallest first. A gigabyte is read as 10⁹ bytes. Makers mean 2³⁰, but what a card's own tool
 * shows is less where error correction or reserved memory takes its part; 10⁹ is below both. Desktops take some more.
 */
export const cards: readonly Card[] = [
  { gigabytes: 16, names: ["T4", "V100 16GB", "RTX 4080"] },
  { gigabytes: 24, names: ["RTX 3090", "RTX 4090", "A10", "L4"] },
  { gigabytes: 32, names: ["V100 32GB", "RTX 5090"] },
  { gigabytes: 40, names: ["A100 40GB"] },
  { gigabytes: 48, names: ["RTX A6000", "L40S", "RTX 6000 Ada"] },
  { gigabytes: 80, names: ["A100 80GB", "H100"] },
  { gigabytes: 96, names: ["RTX PRO 6000", "H20", "GH200"] },
  { gigabytes: 141, names: ["H200"] },
  { gigabytes: 192, names: ["MI300X", "B200"] },
];

export interface CardChoice {
  /** The smallest that holds the upper bound. */
  readonly fits: Card | null;
  /** The smallest that holds the lower bound. */
  readonly mayFit: Card | null;
}

/** The smallest cards for something that needs `[lo, hi]` bytes; null where none of the common ones is large enough. */
export function cardsFor([lo, hi]: readonly [lo: number, hi: number]): CardChoice {
  const smallest = (bytes: number): Card | null => cards.find((card) => cardBytes(card) >= bytes) ?? null;
  return { fits: smallest(hi), mayFit: smallest(lo) };
}

/** What may be counted on. */
export function cardBytes({ gigabytes }: Card): number {
  return gigabytes * 1e9;
}
