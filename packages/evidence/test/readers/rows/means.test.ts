import { expect, test } from "vitest";
import { Means } from "../../../src/readers/rows/means.ts";

test("repeats of an example are averaged in each run, and one that failed fails the example", () => {
  const means = new Means();
  const row = (rank: number, example: string, correct: number) => ({ rank, example, correct });
  for (const [i, one] of [row(4, "a", 1), row(4, "b", 1), row(4, "a", 0), row(8, "a", 1)].entries())
    means.add(one, i + 1);
  means.add({ rank: 4, example: "b", failure: "time-out" }, 5);
  means.add(row(4, "b", 1), 6);
  const added: unknown[] = [];
  means.giveTo({
    ...{ source: "x", required: [], reject: () => {} },
    add: (given, number) => added.push([given, number]),
  });
  expect(added).toEqual([
    [row(4, "a", 0.5), 1],
    [{ rank: 4, example: "b", failure: "time-out", correct: 0.5 }, 5],
    [row(8, "a", 1), 4],
  ]);
});
