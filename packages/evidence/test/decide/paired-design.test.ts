import { describe, expect, test } from "vitest";
import { comparedDesign, pairedDesign } from "../../src/decide/paired-design.ts";
import { nestedTable, withoutRuns } from "./tables.ts";

const full = nestedTable({ 4: [0.8, 0.8, 0.8, 0.8], 8: [0.8, 0.8, 0.8, 0.8], 16: [0.8, 0.8, 0.8, 0.8] }, 10);

describe("pairedDesign", () => {
  test("keeps a full grid as it is", () => {
    const design = pairedDesign(full);
    expect(design.ranks).toEqual([4, 8, 16]);
    expect(design.seeds).toEqual([0, 1, 2, 3]);
    expect(design.excluded).toEqual([]);
    expect(design.cells[1]!.map((cell) => [cell.rank, cell.seed])).toEqual([
      [8, 0],
      [8, 1],
      [8, 2],
      [8, 3],
    ]);
  });

  test("leaves a seed out for every rank when one rank diverged under it", () => {
    const design = pairedDesign(withoutRuns(full, (rank, seed) => rank === 8 && seed === 2));
    expect(design.seeds).toEqual([0, 1, 3]);
    expect(design.ranks).toEqual([4, 8, 16]);
    expect(design.failures).toEqual([{ rank: 8, seed: 2, status: "diverged" }]);
  });

  test("leaves a rank out that completed no run, or fewer than half of them", () => {
    const design = pairedDesign(
      withoutRuns(full, (rank, seed) => rank === 16 || (rank === 8 && seed > 0), "out-of-memory"),
    );
    expect(design.ranks).toEqual([4]);
    expect(design.excluded).toEqual([
      { rank: 8, cause: { kind: "failed", runs: 4, completed: 1, statuses: ["out-of-memory"] } },
      { rank: 16, cause: { kind: "failed", runs: 4, completed: 0, statuses: ["out-of-memory"] } },
    ]);
  });

  test("keeps two ranks that share seeds and drops the one that shares none", () => {
    const design = pairedDesign(withoutRuns(full, (rank, seed) => (rank === 16 ? seed < 2 : seed >= 2)));
    expect(design.ranks).toEqual([4, 8]);
    expect(design.seeds).toEqual([0, 1]);
    expect(design.excluded).toEqual([{ rank: 16, cause: { kind: "no-shared-seed" } }]);
  });

  test("is empty when nothing completed", () => {
    const design = pairedDesign(withoutRuns(full, () => true));
    expect([design.ranks, design.seeds]).toEqual([[], []]);
    expect(design.excluded).toHaveLength(3);
  });
});

test("the runs of a large grid are gone through a few times, not once for each rank and seed", () => {
  const [ranks, seeds] = [20, 10].map((count) => Array.from({ length: count }, (_, index) => index)) as [
    number[],
    number[],
  ];
  let looks = 0;
  const cells = ranks.flatMap((rank) =>
    seeds.map((seed) => ({
      get rank() {
        looks++;
        return rank;
      },
      seed,
    })),
  );
  expect(comparedDesign({ ranks, seeds, cells, failures: [] }).cells.flat()).toHaveLength(200);
  expect(looks).toBeLessThanOrEqual(4 * cells.length);
});
