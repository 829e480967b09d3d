import { describe, expect, test } from "vitest";
import { OutcomeGatherer } from "../../../src/index.ts";
import {
  assertColumns,
  countFields,
  findColumns,
  nameExamples,
  outcomeCells,
  type RunOfRows,
  rowsFor,
} from "../../../src/readers/rows/rows.ts";

describe("columns", () => {
  const place = { source: "a.csv", required: ["rank", "example"] } as const;

  test("finds fields in any order, without regard to case and to spaces around a name", () => {
    const names = ["text", " LOGLOSS ", "Example", "rank", "correct"];
    expect(findColumns(names, "a.csv")).toEqual({ logLoss: 1, example: 2, rank: 3, correct: 4 });
  });

  test("a name in the very case wins, and one of two others is not chosen", () => {
    expect(findColumns(["Rank", "rank", "RANK"], "a.csv")).toEqual({ rank: 1 });
    expect(() => findColumns(["Rank", "rank ", "rank"], "a.csv")).toThrow('got "rank " and "rank"');
    expect(() => findColumns(["Rank", "seed", "RANK"], "a.csv")).toThrow(
      expect.objectContaining({
        code: "E_COLUMN",
        message: 'a.csv must have one column rank, got "Rank" and "RANK"',
      }),
    );
  });

  test("other names count where a field's own is not there, and only one of them", () => {
    const other = ["lora_r", "ID", "score", "log_loss"];
    expect(findColumns(other, "a.csv")).toEqual({ rank: 0, example: 1, correct: 2, logLoss: 3 });
    expect(findColumns([...other, "example", "Correct"], "a.csv")).toMatchObject({ example: 4, correct: 5 });
    expect(() => findColumns(["acc", "score"], "a.csv")).toThrow(
      'a.csv must have one column correct, got "acc" and "score"',
    );
    expect(countFields(other)).toBe(4);
  });

  test("answers that nothing has scored are for lorank judge", () => {
    const assert = (names: string[]) =>
      assertColumns(findColumns(names, "a.csv"), names, { ...place, required: ["correct"] });
    const advice = "Whether each Prediction is right, lorank judge FILES --metric equals";
    expect(() => assert(["label", "Prediction"])).toThrow(advice);
    expect(() => assert(["label"])).not.toThrow(advice);
  });

  test("tell examples from runs: an example has a name and is right or not, a run has a state", () => {
    expect(nameExamples(["rank", "example"])).toBe(true);
    expect(nameExamples(["rank", "id", "score"])).toBe(true);
    expect(nameExamples(["rank", "id", "accuracy"])).toBe(false);
    expect(nameExamples(["rank", "score"])).toBe(false);
  });

  test("only what is required can be missing, and all of it is named", () => {
    const assert = (names: string[]) => assertColumns(findColumns(names, "a.csv"), names, place);
    expect(() => assert(["rank", "example"])).not.toThrow();
    expect(() => assert([" text ", "seed"])).toThrow(
      expect.objectContaining({
        code: "E_COLUMN",
        message: "a.csv must have the columns rank, example; rank, example missing, got text, seed",
      }),
    );
    expect(() => assert([])).toThrow("got none");
  });

  test("the group column is named group, or as it is said", () => {
    const names = ["example", "group", "Thread"];
    expect(findColumns(names, "a.csv")).toEqual({ example: 0, group: 1 });
    expect(findColumns(names, "a.csv", "thread")).toEqual({ example: 0, group: 2 });
    expect(findColumns(names, "a.csv", "none")).toEqual({ example: 0 });
    expect(() =>
      assertColumns({ example: 0 }, names, { ...place, required: ["example"], groupColumn: "none" }),
    ).not.toThrow();
    const rows = { ...place, required: ["example"] as const, groupColumn: "person" };
    expect(() => assertColumns(findColumns(names, "a.csv", "person"), names, rows)).toThrow(
      "a.csv must have the columns example, person; person missing, got example, group, Thread",
    );
  });

  test("of a header without end, a message has the beginning", () => {
    const names = Array.from({ length: 1000 }, (_, i) => `column${i}`);
    expect(() => assertColumns({}, names, place)).toThrow(/got column0, .{185,195}…$/);
  });

  test("counts fields, a field that two columns could be as one", () => {
    expect(countFields(["Rank", "RANK", "label", "text"])).toBe(2);
    expect(countFields(["rank;seed;example"])).toBe(0);
  });
});

describe("cells", () => {
  const columns = { rank: 3, seed: 2, example: 1, correct: 0, logLoss: 4 };

  /** The fields of a row with these cells: correct, example, seed, rank, log loss. */
  function fields(cells: readonly unknown[], decimalComma = false) {
    const { correct, example, seed, rank, logLoss, label } = outcomeCells(
      columns,
      (place) => cells[place],
      decimalComma,
    );
    expect(label).toBeUndefined(); // it has no column
    return [correct, example, seed, rank, logLoss];
  }

  test("numbers, words and shares in percent are read, and an example stays a name", () => {
    expect(fields(["yes", "007", "1", "8", "2.5e-1"])).toEqual([1, "007", 1, 8, 0.25]);
    expect(fields(["12.5%", "e", "-1", "+8", ".5"])).toEqual([0.125, "e", -1, 8, 0.5]);
  });

  test("a word or a percentage means a share alone", () => {
    expect(fields(["no", "yes", "yes", "8%", "50%"])).toEqual([0, "yes", "yes", "8%", "50%"]);
  });

  test("what is no number stays as it was found", () => {
    expect(fields(["130%", "e", "0x1", "", "Infinity"])).toEqual(["130%", "e", "0x1", "", "Infinity"]);
    expect(fields(["1 of 2", null, [1], { r: 8 }, true])).toEqual(["1 of 2", null, [1], { r: 8 }, true]);
  });

  test("JSON's true and false are shares", () => {
    expect(fields([true, 1, 2, 8, 0.5])).toEqual([1, 1, 2, 8, 0.5]);
    expect(fields([false, 1, 2, 8, 0.5])[0]).toBe(0);
  });

  test("a rank and a seed may have their names before them, as in columns of runs", () => {
    const cells = (rank: string, seed: string) =>
      outcomeCells({ rank: 0, seed: 1 }, (place) => [rank, seed][place], false);
    expect(cells("r4", "s1")).toMatchObject({ rank: 4, seed: 1 });
    expect(cells("lora_r=16", "Seed 2")).toMatchObject({ rank: 16, seed: 2 });
    expect(cells("rank", "x1")).toMatchObject({ rank: "rank", seed: "x1" });
  });

  test("a decimal comma is one where it is asked for, and only the first", () => {
    expect(fields(["0,5", "1,5", "1", "8", "1,25"], true)).toEqual([0.5, "1,5", 1, 8, 1.25]);
    expect(fields(["37,5 %", "e", "1", "8", "1,000,5"], true)).toEqual([0.375, "e", 1, 8, "1,000,5"]);
    expect(fields(["0,5", "e", "1", "8", "1,25"])).toEqual(["0,5", "e", 1, 8, "1,25"]);
  });
});

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
