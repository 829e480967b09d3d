import { describe, expect, test } from "vitest";
import { evenly, ranksLeftOut, selectRanks } from "../../src/data/selected.ts";
import { renderReport } from "../../src/index.ts";
import { makeResults } from "../fixtures/make-results.ts";
import { textOf } from "../fixtures/page.ts";

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
const small = (ranks: number, seeds: number) =>
  makeResults({ ranks: upTo(ranks), seeds: upTo(seeds), steps: 12, examples: 20 });
const countOf = (page: string, pattern: RegExp): number => page.match(pattern)?.length ?? 0;
const sectionOf = (page: string, id: string): string =>
  new RegExp(`<section id="${id}"[\\s\\S]*?(?=<section id=|</main>)`).exec(page)![0];

describe("the ranks that are selected", () => {
  const { decision } = makeResults();
  const entries = upTo(100).map((rank) => ({ rank }));

  test("are the one to use, the best, their neighbours, both ends and some between, in their order", () => {
    const selected = selectRanks(entries, { ...decision, rank: 40, bestRank: 77 }, 24).map(
      ({ rank }) => rank,
    );
    expect(selected).toHaveLength(24);
    expect(selected).toEqual([...selected].sort((a, b) => a - b));
    expect(selected).toEqual(expect.arrayContaining([1, 39, 40, 41, 76, 77, 78, 100]));
    // Spread as the axes are: at least every third of a doubling above 3.
    const ratios = selected.slice(1).map((rank, i) => (rank + 1) / (selected[i]! + 1));
    expect(Math.max(...ratios)).toBeLessThanOrEqual(1.5);
  });

  test("are all, in the same array, where they are few", () => {
    expect(selectRanks(entries, decision, 100)).toBe(entries);
    expect(ranksLeftOut(entries, entries)).toBeUndefined();
  });

  test("are no more than asked for at the ends", () => {
    const selected = selectRanks(entries, { ...decision, rank: 1, bestRank: 100 }, 24);
    expect(selected).toHaveLength(24);
  });
});

test("items at equal distances have both ends", () => {
  expect(evenly([1, 2, 3, 4, 5, 6, 7], 4)).toEqual([1, 3, 5, 7]);
  expect(evenly([1, 2], 2)).toEqual([1, 2]);
  expect(evenly([1, 2, 3], 1)).toEqual([1]);
  expect(evenly([1, 2, 3], 0)).toEqual([]);
});

describe("a report", () => {
  test("of 20 ranks under 10 seeds shows all of them", () => {
    const page = renderReport(small(20, 10));
    expect(page).not.toContain('left-out"');
    const loss = sectionOf(page, "loss");
    expect(countOf(loss, /<path class="faint"/g)).toBe(200);
    expect(countOf(loss, /<path class="behind"/g)).toBe(20 * 19);
    expect(countOf(sectionOf(page, "quality"), /<circle /g)).toBe(2 * (200 + 20));
    expect(countOf(sectionOf(page, "runs"), /<tr>/g)).toBe(1 + 200);
  });

  test("of 30 ranks under 60 seeds shows a bounded part, and says which and where all is", () => {
    const page = renderReport(small(30, 60));
    const loss = sectionOf(page, "loss");
    expect(countOf(loss, /<path class="faint"/g)).toBe(24 * 8);
    expect(countOf(loss, /<path class="behind"/g)).toBe(24 * 23);
    const ranks =
      "24 of 30 ranks are shown: the one to use, the best, their neighbours, both ends and some between.";
    expect(textOf(loss)).toContain(
      `${ranks} Of a rank's runs at most 8 are drawn: failed ones, those that end lowest and highest, and some between. Means are of all runs. results.json has all.`,
    );
    const quality = sectionOf(page, "quality");
    expect(countOf(quality, /<circle /g)).toBe(2 * (24 * 50 + 24));
    expect(textOf(quality)).toContain(
      `${ranks} 50 of 60 seeds are shown, evenly chosen; means are of all. results.json has all.`,
    );
    const runs = sectionOf(page, "runs");
    expect(countOf(runs, /<tr>/g)).toBe(1 + 1000);
    expect(textOf(runs)).toContain("1,000 of 1,800 runs are listed. results.json has all.");
    expect(sectionOf(page, "ranks")).toContain("<summary>All ranks as a table</summary>");
    for (const id of ["ranks", "differences", "cost"])
      expect(textOf(sectionOf(page, id)), id).toContain(`${ranks} The table below has all.`);
    for (const id of ["ranks", "differences", "returns", "cost", "convergence"])
      expect(countOf(sectionOf(page, id), /<th scope="row"[^>]*>30\b|→ 30</g), id).toBeGreaterThan(0);
  });

  test("counts all diverged runs of a panel, drawn or not", () => {
    const failures = upTo(60).map((seed) => ({ rank: 30, seed, status: "diverged" as const }));
    const results = makeResults({ ranks: upTo(30), seeds: upTo(61), steps: 12, examples: 20, failures });
    const loss = sectionOf(renderReport(results), "loss");
    expect(loss).toContain("× 60 diverged");
    expect(countOf(loss, /<path class="cross"/g)).toBe(7);
  });

  test("of failed runs lists a bounded part", () => {
    const failures = upTo(30).flatMap((rank) =>
      upTo(20).map((seed) => ({ rank, seed, status: "out-of-memory" as const })),
    );
    const page = renderReport(
      makeResults({ ranks: upTo(32), seeds: upTo(20), steps: 12, examples: 20, failures }),
    );
    expect(textOf(sectionOf(page, "runs"))).toContain("200 of 600 runs are listed. results.json has all.");
  });

  test("of 210 ranks of a table lists a bounded part, and names the command that prints all", () => {
    const results = small(210, 2);
    const page = renderReport({
      sweep: { name: "runs.csv", ranks: results.sweep.ranks, seeds: [] },
      data: { name: "runs.csv", validationExamples: 20 },
      decision: results.decision,
      trials: [],
    });
    expect(sectionOf(page, "ranks")).toContain("<summary>More of the ranks as a table</summary>");
    for (const id of ["ranks", "differences"]) {
      expect(countOf(sectionOf(page, id), /<th scope="row"/g), id).toBeLessThanOrEqual(200 + 24);
      expect(textOf(sectionOf(page, id)), id).toMatch(
        /200 of 210 ranks are shown: [^.]*\. lorank verdict --json prints all\./,
      );
    }
  });
});
