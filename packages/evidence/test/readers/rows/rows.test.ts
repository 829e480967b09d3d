import { describe, expect, test } from "vitest";
import { OutcomeGatherer } from "../../../src/decide/outcomes-from-rows.ts";
import { type RunOfRows, rowsFor } from "../../../src/readers/rows/rows.ts";

describe("rows", () => {
  function rowsOf(run?: RunOfRows) {
    const gatherer = new OutcomeGatherer({ source: "a.csv", unit: "line" });
    return { gatherer, rows: rowsFor(gatherer, "a.csv", run) };
  }

  const run = { rank: 8, seed: 3 };

  test("rows of any run must say which, and are taken as they are", () => {
    const { gatherer, rows } = rowsOf();
    expect(rows.required).toEqual(["rank", "seed", "example", "correct"]);
    rows.add({ rank: 4, seed: 1, example: "a", correct: 1 }, 2);
    rows.add({ rank: 8, seed: 1, example: "a", correct: 0 }, 3);
    expect(gatherer.table().cells).toMatchObject([{ rank: 4 }, { rank: 8 }]);
  });

  test("rows of one run may say its rank and seed, both, one or none", () => {
    const { gatherer, rows } = rowsOf(run);
    expect(rows.required).toEqual(["example", "correct"]);
    rows.add({ example: "a", correct: 1 }, 2);
    rows.add({ rank: 8, example: "b", correct: 0 }, 3);
    rows.add({ rank: 8, seed: 3, example: "c", correct: 1 }, 4);
    expect(gatherer.table().cells).toMatchObject([{ ...run, correct: Uint8Array.of(1, 0, 1) }]);
  });

  test("another rank or seed than the run's, and what is none, are refused with their lines", () => {
    const { gatherer, rows } = rowsOf({ rank: 0, seed: 3 });
    rows.add({ rank: 4, example: "a", correct: 1 }, 2);
    rows.add({ seed: 0, example: "b", correct: 1 }, 3);
    rows.add({ rank: "r0", example: "c", correct: 1 }, 4);
    rows.add({ rank: "", example: "d", correct: 1 }, 5);
    rows.add({ seed: "s3", example: "e", correct: 1 }, 6);
    expect(() => gatherer.table()).toThrow(
      [
        "a.csv has 5 problems:",
        "  line 2: rank must be 0, that of the trial, got 4",
        "  line 3: seed must be 3, that of the trial, got 0",
        '  line 4: rank must be a whole number of at least 0, got "r0"',
        "  line 5: rank is empty",
        '  line 6: seed must be a whole number, got "s3"',
      ].join("\n"),
    );
  });

  test("a row that could not be read is no less a fault of one run", () => {
    const { gatherer, rows } = rowsOf(run);
    rows.reject(7, "must be a JSON object, got 1");
    expect(() => gatherer.table()).toThrow("line 7: must be a JSON object, got 1");
  });
});
