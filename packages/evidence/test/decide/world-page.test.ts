import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { drawPageTable, pageDraw, pageExamples, pageWorlds, trueShortfall } from "../../bench/page-worlds.ts";
import { ranks } from "../../bench/worlds.ts";
import { decide } from "../../src/index.ts";
import { mean, variance } from "../../src/statistics/averages.ts";
import { upperTail } from "../../src/statistics/student-t.ts";

interface Judged {
  readonly world: string;
  readonly seeds: number;
  readonly firstSweep: readonly { readonly mean: number; readonly p: number }[];
}

/** From scripts/reference/world_page.py. */
const judged = JSON.parse(
  readFileSync(new URL("../fixtures/world-page.json", import.meta.url), "utf8"),
) as readonly Judged[];

const couples = ranks.flatMap((_, i) => ranks.slice(i + 1).map((_, j) => [i, i + 1 + j] as const));

describe.each(judged)("the first sweep of $world, $seeds seeds", ({ world: name, seeds, firstSweep }) => {
  const world = pageWorlds.find((one) => one.name === name)!;
  const table = drawPageTable(world, 0, { seeds, examples: pageExamples }, pageDraw(seeds, 0));
  const scores = ranks.map((rank) =>
    table.cells.filter((cell) => cell.rank === rank).map(({ correct }) => mean(correct)),
  );
  const differences = couples.map(([i, j]) => scores[i]!.map((score, seed) => score - scores[j]![seed]!));

  test("has SciPy's paired t tests", () => {
    for (const [pair, own] of differences.entries()) {
      const t = mean(own) / Math.sqrt(variance(own) / own.length);
      const p = 2 * upperTail(Math.abs(t), own.length - 1);
      expect(p).toBeCloseTo(firstSweep[pair]!.p, 9);
    }
  });

  test("has the differences that statsmodels fits, in the decision too", () => {
    const { pairs = [] } = decide(table, { margin: 0.01 });
    expect(pairs).toHaveLength(couples.length);
    for (const [pair, { mean: fitted }] of firstSweep.entries()) {
      expect(mean(differences[pair]!)).toBeCloseTo(fitted, 12);
      const [i, j] = couples[pair]!;
      const own = pairs.find(({ first, second }) => first === ranks[i] && second === ranks[j])!;
      expect(own.advantage).toBeCloseTo(fitted, 12);
    }
  });
});

test("rank 4 is worse by what was chosen, where a formula and where draws say so", () => {
  for (const world of pageWorlds) {
    expect(trueShortfall(world, 0)).toBe(0);
    expect(trueShortfall(world, 0.02), world.name).toBeCloseTo(0.02, 2);
  }
});

test("a rank's worst run is dropped, and copies agree", () => {
  const design = { seeds: 3, examples: 50 };
  const named = (name: string) =>
    drawPageTable(pageWorlds.find((world) => world.name === name)!, 0, design, 1).cells;
  expect(named("dropped seeds")).toHaveLength(10);
  const [first, second] = named("copies");
  const differing = Array.from(first!.correct).filter((value, e) => value !== second!.correct[e]);
  expect(differing.length).toBeLessThan(3);
});
