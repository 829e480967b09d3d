import { expect, test } from "vitest";
import { cardNames, cards, cardsFor, findCard } from "../../src/memory/cards.ts";

test("cards are in order, and none offers more than the maker's gigabytes of 10^9", () => {
  const sizes = cards.map(({ bytes }) => bytes);
  expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
  for (const { gigabytes, bytes } of cards) expect(bytes).toBeLessThanOrEqual(gigabytes * 1e9);
});

test("the smallest card that surely fits holds the upper bound, the smallest that may the lower", () => {
  const { fits, mayFit } = cardsFor([23.9e9, 24.1e9], {});
  expect([mayFit?.gigabytes, fits?.gigabytes]).toEqual([24, 32]);
  expect(cardsFor([24e9, 24e9], {}).fits?.gigabytes).toBe(24);
  expect(cardsFor([190e9, 200e9], {})).toMatchObject({ fits: null, mayFit: { gigabytes: 192 } });
  expect(cardsFor([300e9, 400e9], {})).toEqual({ fits: null, mayFit: null });
});

test("cards of the same size are named together, but for those that offer less", () => {
  expect(cardsFor([23e9, 23e9], {}).fits?.names).toEqual(expect.arrayContaining(["A10", "L4", "RTX 4090"]));
  const above = cardsFor([23.9e9, 23.9e9], {}).fits;
  expect([above?.gigabytes, above?.names.includes("L4"), above?.names.includes("RTX 4090")]).toEqual([
    24,
    false,
    true,
  ]);
});

test("a card that cannot run what is requested is not named", () => {
  const named = (requested: Parameters<typeof cardsFor>[1]) => cardsFor([31e9, 31e9], requested).fits?.names;
  expect(named({ base: "fp16" })).toEqual(["V100 32GB", "RTX 5090"]);
  expect(named({ base: "bf16" })).toEqual(["RTX 5090"]);
  expect(named({ base: "fp16", attention: "flash" })).toEqual(["RTX 5090"]);
});

test.each([
  ["t4", "T4", 14.56 * 2 ** 30],
  ["T4", "T4", 14.56 * 2 ** 30],
  ["4080", "RTX 4080", 16e9],
  ["rtx-4090", "RTX 4090", 24e9],
  ["NVIDIA GeForce RTX 3090", "RTX 3090", 24e9],
  ["a100-80gb", "A100 80GB", 80e9],
  ["A100_40GB", "A100 40GB", 40e9],
  ["l4", "L4", 22.03 * 2 ** 30],
  ["l40s", "L40S", 44.4 * 2 ** 30],
  ["h100", "H100", 80e9],
  ["h100-80gb", "H100", 80e9],
  ["h200", "H200", 141e9],
  ["5090", "RTX 5090", 32e9],
  ["tesla-v100-32gb", "V100 32GB", 32e9],
])("%s is %s", (typed, name, bytes) => {
  expect(findCard(typed)).toMatchObject({ name, bytes: Math.floor(bytes) });
});

test("a name that is sold with several sizes is the smallest of them", () => {
  expect(findCard("v100")?.name).toBe("V100 16GB");
  expect(findCard("a100")?.name).toBe("A100 40GB");
});

test("a name that there is not is not found, whatever is in it", () => {
  for (const name of ["", "rtx", "v", "24gb", "a100-96gb", "h1000"])
    expect(findCard(name), name).toBeUndefined();
});

test("each name that is offered is found, and names one card", () => {
  const found = cardNames.map((name) => findCard(name)?.name);
  expect(found).toEqual(cards.flatMap(({ names }) => names));
  expect(new Set(cardNames).size).toBe(cardNames.length);
});
