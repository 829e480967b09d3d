import { expect, test } from "vitest";
import { OutcomeGatherer } from "../../../src/decide/outcomes-from-rows.ts";
import { Averages } from "../../../src/readers/rows/averages.ts";

const row = (example: number, averaged: string, correct: number, seed = 1) => ({
  ...{ rank: 4, seed, example, averaged, correct },
});

function gather(rows: readonly ReturnType<typeof row>[]) {
  const gatherer = new OutcomeGatherer({ source: "the table" });
  const averaged = new Averages(gatherer, {
    column: "prompt",
    nameOf: (rank: number) => `rank ${rank}`,
    placeOf: (number) => `line ${number}`,
  });
  rows.forEach((one, index) => {
    averaged.add(one, index + 2);
  });
  return { values: averaged.finish(), table: () => gatherer.table() };
}

test("an example has the mean of its rows", () => {
  const { values, table } = gather([row(0, "b", 1), row(0, "a", 0), row(1, "a", 1), row(1, "b", 1)]);
  expect(values).toEqual(["a", "b"]);
  expect(Array.from(table().cells[0]!.correct)).toEqual([0.5, 1]);
});

test.each([
  [
    [row(0, "a", 1), row(0, "b", 1), row(1, "a", 1)],
    'rank 4, seed 1, example "1" must occur with each prompt to be averaged, lacks b',
  ],
  [
    [row(0, "a", 1), row(0, "a", 0)],
    'rank 4, seed 1, example "0" must occur once with prompt a, got it again after line 2',
  ],
])("a row that is lacking or there twice is named", (rows, message) => {
  expect(() => gather(rows).table()).toThrow(message);
});

test("repeats of an example are averaged in each run, and one that failed fails the example", () => {
  const added: unknown[] = [];
  const means = new Averages({
    reject: () => {},
    add: (given, number) => added.push([given, number]),
  });
  const row = (rank: number, example: string, correct: number) => ({ rank, example, correct });
  for (const [i, one] of [row(4, "a", 1), row(4, "b", 1), row(4, "a", 0), row(8, "a", 1)].entries())
    means.add(one, i + 1);
  means.add({ rank: 4, example: "b", failure: "time-out" }, 5);
  means.add(row(4, "b", 1), 6);
  means.finish();
  expect(added).toEqual([
    [row(4, "a", 0.5), 1],
    [{ rank: 4, example: "b", failure: "time-out" }, 5],
    [row(8, "a", 1), 4],
  ]);
});
