import { expect, test } from "vitest";
import { allocateRanks, type LayerUpdate } from "../../src/spectrum/allocate.ts";

const layer = (path: string, singularValues: number[], size = 8): LayerUpdate => ({
  path,
  singularValues,
  inDim: size,
  outDim: size,
});

/** Norm kept by ranks, squared. */
function kept(layers: readonly LayerUpdate[], ranks: ReadonlyMap<string, number>): number {
  return layers.reduce((sum, { path, singularValues }) => {
    const own = Array.from(singularValues).slice(0, ranks.get(path) ?? 0);
    return sum + own.reduce((all, value) => all + value ** 2, 0);
  }, 0);
}

/** Every way to give each layer a rank up to `most`. */
function allRanks(layers: readonly LayerUpdate[], most: number): Map<string, number>[] {
  return layers.reduce<Map<string, number>[]>(
    (so, { path }) =>
      so.flatMap((ranks) => Array.from({ length: most + 1 }, (_, rank) => new Map([...ranks, [path, rank]]))),
    [new Map()],
  );
}

test("layers that changed most get the ranks, and layers without a change get none", () => {
  const layers = [layer("a", [3, 2, 1]), layer("b", [0, 0, 0]), layer("c", [2.5, 0.5, 0.1])];
  expect([...allocateRanks(layers, 3 * 16)]).toEqual([
    ["a", 2],
    ["c", 1],
  ]);
});

test("no other ranks within the budget keep more of layers of one size", () => {
  const layers = [layer("a", [2.2, 1.9, 0.3]), layer("b", [2, 1.7, 1.6]), layer("c", [1.8, 0.4, 0.2])];
  for (const units of [1, 2, 4, 6, 9]) {
    const budget = units * 16;
    const costOf = (ranks: ReadonlyMap<string, number>): number =>
      16 * [...ranks.values()].reduce((sum, rank) => sum + rank, 0);
    const best = Math.max(
      ...allRanks(layers, 3)
        .filter((ranks) => costOf(ranks) <= budget)
        .map((ranks) => kept(layers, ranks)),
    );
    expect(kept(layers, allocateRanks(layers, budget))).toBeCloseTo(best, 12);
  }
});

test("a value's worth is by parameter: a small layer goes before a large one with the same change", () => {
  const layers = [layer("large", [2], 64), layer("small", [2], 8)];
  expect([...allocateRanks(layers, 16)]).toEqual([["small", 1]]);
  expect([...allocateRanks(layers, 16 + 128)]).toEqual([
    ["large", 1],
    ["small", 1],
  ]);
});

test("a budget below one rank, and updates of zero, are refused", () => {
  expect(() => allocateRanks([layer("a", [1])], 15)).toThrow(expect.objectContaining({ code: "E_RANK" }));
  expect(() => allocateRanks([layer("a", [0])], 160)).toThrow(
    "budget must be enough for one rank of a layer that was changed, got 160",
  );
});
