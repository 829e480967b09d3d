import { describe, expect, test } from "vitest";
import type { Field } from "../../src/columns/columns.ts";
import { findColumns, nameExamples, readerOf } from "../../src/columns/shapes.ts";

describe("columns", () => {
  const place = { source: "a.csv", required: ["rank", "example"] } as const;

  test("finds fields in any order, without regard to case and to spaces around a name", () => {
    const names = ["text", " LOGLOSS ", "Example", "rank", "correct"];
    expect(findColumns("outcomes", names, { source: "a.csv" })).toEqual({
      logLoss: 1,
      example: 2,
      rank: 3,
      correct: 4,
    });
  });

  test("a name in the very case wins, and one of two others is not chosen", () => {
    expect(findColumns("outcomes", ["Rank", "rank", "RANK"], { source: "a.csv" })).toEqual({ rank: 1 });
    expect(() => findColumns("outcomes", ["Rank", "rank ", "rank"], { source: "a.csv" })).toThrow(
      'got "rank " and "rank"',
    );
    expect(() => findColumns("outcomes", ["Rank", "seed", "RANK"], { source: "a.csv" })).toThrow(
      expect.objectContaining({
        code: "E_COLUMN",
        message: 'a.csv must have one column rank, got "Rank" and "RANK"\nCall the one that is meant rank.',
      }),
    );
  });

  test("other names count where a field's own is not there, and only one of them", () => {
    const other = ["lora_r", "ID", "score", "log_loss"];
    expect(findColumns("outcomes", other, { source: "a.csv" })).toEqual({
      rank: 0,
      example: 1,
      correct: 2,
      logLoss: 3,
    });
    expect(findColumns("outcomes", [...other, "example", "Correct"], { source: "a.csv" })).toMatchObject({
      example: 4,
      correct: 5,
    });
    expect(() => findColumns("outcomes", ["acc", "score"], { source: "a.csv" })).toThrow(
      'a.csv must have one column correct, got "acc" and "score"',
    );
  });

  test("answers that nothing has scored are for lorank judge", () => {
    const assert = (names: string[]) => findColumns("outcomes", names, { ...place, required: ["correct"] });
    const advice = "Whether each Prediction is right, lorank judge FILES --metric equals";
    expect(() => assert(["label", "Prediction"])).toThrow(advice);
    expect(() => assert(["label"])).not.toThrow(advice);
  });

  test("what is missing is named from the nearest shape", () => {
    const missing = (shape: "outcomes" | "answers", names: string[], required: Field[]) => {
      try {
        findColumns(shape, names, { source: "a.csv", required });
      } catch (error) {
        return (error as Error).message;
      }
      return undefined;
    };
    const all: Field[] = ["rank", "seed", "example", "correct"];
    expect([
      missing("outcomes", ["random_seed", "learning_rate", "f1"], all),
      // A path says the rank and the seed.
      missing("outcomes", ["random_seed", "learning_rate", "f1"], ["example", "correct"]),
      missing("answers", ["rank", "seed", "id", "correct"], ["answer"]),
    ]).toEqual([
      "a.csv must have the columns rank; rank (or lora_rank, lora_r, r) missing, got random_seed, learning_rate, f1",
      "a.csv must have the columns example, correct; example (or id, idx, example_id, doc_id), correct (or is_correct, score, acc, exact_match) missing, got random_seed, learning_rate, f1",
      "a.csv must have the columns answer; answer (or predict, prediction, response, output, completion) missing, got rank, seed, id, correct\nIts correct says whether each answer is right: lorank verdict FILES",
    ]);
  });

  test("tell examples from runs: an example has a name and is right or not, a run has a state", () => {
    expect(nameExamples(["rank", "example"])).toBe(true);
    expect(nameExamples(["rank", "id", "score"])).toBe(true);
    expect(nameExamples(["rank", "id", "accuracy"])).toBe(false);
    expect(nameExamples(["rank", "score"])).toBe(false);
  });

  test("only what is required can be missing, and all of it is named", () => {
    const assert = (names: string[]) => findColumns("outcomes", names, place);
    expect(() => assert(["rank", "example"])).not.toThrow();
    expect(() => assert([" text ", "seed"])).toThrow(
      expect.objectContaining({
        code: "E_COLUMN",
        message:
          "a.csv must have the columns rank, example; rank (or lora_rank, lora_r), example (or id, idx, example_id, doc_id) missing, got text, seed",
      }),
    );
    expect(() => assert([])).toThrow("got none");
  });

  test("the group column is named group, or as it is said", () => {
    const names = ["example", "group", "Thread"];
    expect(findColumns("outcomes", names, { source: "a.csv" })).toEqual({ example: 0, group: 1 });
    expect(findColumns("outcomes", names, { source: "a.csv", groupColumn: "thread" })).toEqual({
      example: 0,
      group: 2,
    });
    expect(findColumns("outcomes", names, { source: "a.csv", groupColumn: "none" })).toEqual({ example: 0 });
    expect(() =>
      findColumns("outcomes", names, { ...place, required: ["example"], groupColumn: "none" }),
    ).not.toThrow();
    const rows = { ...place, required: ["example"] as const, groupColumn: "person" };
    expect(() => findColumns("outcomes", names, rows)).toThrow(
      "a.csv must have the columns example, person; person missing, got example, group, Thread",
    );
  });

  test("of a header without end, a message has the beginning", () => {
    const names = Array.from({ length: 1000 }, (_, i) => `column${i}`);
    expect(() => findColumns("outcomes", names, place)).toThrow(/got column0, .{185,195}…$/);
  });
});

describe("cells", () => {
  const columns = { rank: 3, seed: 2, example: 1, correct: 0, logLoss: 4 };

  /** The fields of a row with these cells: correct, example, seed, rank, log loss. */
  function fields(cells: readonly unknown[], decimalComma = false) {
    const read = readerOf(columns, decimalComma);
    const { correct, example, seed, rank, logLoss, label } = read((place) => cells[place]);
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
      readerOf({ rank: 0, seed: 1 })((place) => [rank, seed][place]);
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
