/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { describe, expect, test } from "vitest";
import { RaceChart } from "../../src/charts/race-chart.tsx";
import { shownCompared } from "../../src/compared.ts";
import { race } from "../fixtures/race-summary.ts";
import { html, numbersOf } from "./render.ts";

describe("RaceChart", () => {
  const text = html(<RaceChart race={race} recommended={8} compared={shownCompared({})} />);
  test("a lane is as long as the seeds that its rank ran, from zero", () => {
    // ranks 2 (3 seeds), 4, 16, 32 (5 seeds)
    const [first, ...others] = numbersOf(text, "rect", "bar", "width");
    expect(others.length).toBe(3);
    for (const other of others) expect(first! / other).toBeCloseTo(3 / 5, 2);
    expect(numbersOf(text, "rect", "bar chosen", "width")).toEqual([others[0]]);
  });
  test("every look has a line at its seeds", () => {
    const lines = numbersOf(text, "line", "look", "x1");
    const [left] = numbersOf(text, "rect", "bar", "x");
    expect(lines.length).toBe(2);
    expect((lines[1]! - left!) / (lines[0]! - left!)).toBeCloseTo(5 / 3, 1);
  });
  test("a rank that dropped out has a cross and what for", () => {
    expect(text.match(/class="cross"/g)?.length).toBe(3);
    expect(text).toContain(
      'aria-label="Seeds run by rank, of 10 planned: rank 2 3 seeds, behind rank 8; rank 4 5 seeds, runs failed; rank 8 5 seeds, in play to the end; rank 16 5 seeds, in play to the end; rank 32 5 seeds, rank 16 is better."',
    );
  });
  test("of a race that goes on, nothing is said of its end", () => {
    const { stopped: _, ...running } = race;
    const label = html(<RaceChart race={running} recommended={null} compared={shownCompared({})} />);
    expect(label).toContain("rank 8 5 seeds, in play; ");
    expect(label).not.toContain("to the end");
  });
});
