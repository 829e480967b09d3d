import { expect, test } from "vitest";
import { cardBytes, cards } from "../../src/memory/cards.ts";
import { cardsFor } from "../../src/memory/index.ts";

test("cards are in order and each holds less than the maker's gigabytes of 2^30", () => {
  const sizes = cards.map(cardBytes);
  expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
  for (const card of cards) expect(cardBytes(card)).toBeLessThan(card.gigabytes * 2 ** 30);
});

test("the smallest card that surely fits holds the upper bound, the smallest that may the lower", () => {
  const { fits, mayFit } = cardsFor([23.9e9, 24.1e9]);
  expect([mayFit?.gigabytes, fits?.gigabytes]).toEqual([24, 32]);
  expect(cardsFor([24e9, 24e9]).fits?.gigabytes).toBe(24);
  expect(cardsFor([190e9, 200e9])).toMatchObject({ fits: null, mayFit: { gigabytes: 192 } });
  expect(cardsFor([300e9, 400e9])).toEqual({ fits: null, mayFit: null });
});
