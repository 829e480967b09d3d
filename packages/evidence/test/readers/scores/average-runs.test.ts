import { expect, test } from "vitest";
import { averageRuns } from "../../../src/readers/scores/average-runs.ts";
import type { TableRun } from "../../../src/readers/scores/only-seeds.ts";

function runOf(rank: number, seed: number, targets: string, score: number, number: number): TableRun {
  return {
    rank,
    seed,
    score,
    place: `line ${number}`,
    row: { number, values: new Map([["targets", targets]]) },
  };
}

const whole = [
  runOf(4, 1, "q", 0.8, 2),
  runOf(4, 1, "all", 0.9, 3),
  runOf(8, 1, "all", 0.7, 4),
  runOf(8, 1, "q", 0.6, 5),
];

test("a rank and seed has the mean of its runs", () => {
  const { runs, values } = averageRuns(whole, "targets", "t.csv");
  expect(values).toEqual(["all", "q"]);
  expect(runs.map(({ rank, score }) => [rank, score])).toEqual([
    [4, expect.closeTo(0.85, 12)],
    [8, expect.closeTo(0.65, 12)],
  ]);
});

test("a base without an adapter may have a value of its own", () => {
  const { runs } = averageRuns([...whole, runOf(0, 1, "-", 0.5, 6)], "targets", "t.csv");
  expect(runs.at(-1)).toMatchObject({ rank: 0, score: 0.5 });
});

test("a run that lacks a value, or has it twice, is named", () => {
  const rule = "--average-over targets must find each of all and q once for each run of t.csv, got";
  expect(() => averageRuns(whole.slice(0, 3), "targets", "t.csv")).toThrow(
    `${rule}\n  rank 8, seed 1 lacks q`,
  );
  expect(() => averageRuns([...whole, runOf(4, 1, "q", 0.8, 9)], "targets", "t.csv")).toThrow(
    `${rule}\n  rank 4, seed 1 has q in lines 2 and 9`,
  );
});
