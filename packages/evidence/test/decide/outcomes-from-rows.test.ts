import { describe, expect, test } from "vitest";
import type { Outcome } from "../../src/columns/outcome-columns.ts";
import { OutcomeGatherer, outcomesFromRows } from "../../src/decide/outcomes-from-rows.ts";
import { decide } from "../../src/index.ts";

/** A full grid of rows: ranks 4 and 8, seeds 0 and 1, examples a, b and c. */
function grid(): Outcome[] {
  return [4, 8].flatMap((rank) =>
    [0, 1].flatMap((seed) => ["a", "b", "c"].map((example) => ({ rank, seed, example, correct: 1 }))),
  );
}

describe("outcomesFromRows", () => {
  test("pairs examples by name, whatever the order of the rows", () => {
    const rows = grid().map((row) => ({ ...row, correct: row.example === "b" ? 0 : 1 }));
    const table = outcomesFromRows([...rows.slice(4), ...rows.slice(0, 4)]);
    expect(table.examples).toBe(3);
    const first = table.cells[0]!.correct;
    for (const cell of table.cells) expect(cell.correct).toEqual(first);
    expect([...(first as Float64Array)].sort()).toEqual([0, 1, 1]);
  });

  test("takes the number 7 and the text 7 for the same example", () => {
    const table = outcomesFromRows([
      { rank: 4, seed: 0, example: 7, correct: 1 },
      { rank: 8, seed: 0, example: "7", correct: 0 },
    ]);
    expect(table.examples).toBe(1);
  });

  test("keeps log losses", () => {
    const table = outcomesFromRows(grid().map((row, index) => ({ ...row, logLoss: index / 10 })));
    expect([...(table.cells[0]!.logLoss as Float64Array)]).toEqual([0, 0.1, 0.2]);
  });

  test("takes the class prior from the labels, whatever the order of the rows", () => {
    const labels: Record<string, string | number> = { a: "ham", b: 7, c: "ham" };
    const rows = grid().map((row) => ({ ...row, label: labels[row.example]! }));
    const { prior } = outcomesFromRows(rows.toReversed());
    expect(prior!.source).toBe("labels");
    // c, b, a
    expect([...prior!.correct]).toEqual([1, 0, 1]);
    expect(outcomesFromRows(grid())).not.toHaveProperty("prior");
  });

  test("takes runs without labels that are all right on the same examples for a case of doubt", () => {
    const rows = grid().map((row) => ({ ...row, correct: row.example === "b" ? 0 : 1 }));
    expect(decide(outcomesFromRows(rows)).classPrior!.source).toBe("agreement");
  });

  test("numbers groups in the order of the compared examples, and reports such as change from run to run", () => {
    const groups: Record<string, string | number> = { a: "thread 7", b: 3, c: "thread 7" };
    const rows: Outcome[] = grid().map((row) => ({ ...row, group: groups[row.example]! }));
    const { cells } = outcomesFromRows(rows);
    expect(cells.map(({ groups }) => Array.from(groups!))).toEqual(cells.map(() => [0, 1, 0]));
    const { group: _, ...bare } = rows[3]!;
    rows[3] = bare;
    rows[4] = { ...rows[4]!, group: 4 };
    expect(() => outcomesFromRows(rows)).toThrow(
      [
        "the outcomes have 2 problems:",
        "  row 4: group is missing, but row 1 has one",
        '  row 5: group of example "b" must be "3" in every row, got "4"',
      ].join("\n"),
    );
  });

  test("says a fault that many rows have once, with the first of them", () => {
    const rows = grid().map((row, i) => (i % 2 === 0 ? { ...row, rank: "four" as never } : row));
    const bad = rows.map((row, i) => (i === 1 ? { ...row, correct: 2 } : row));
    expect(() => outcomesFromRows(bad)).toThrow(
      [
        "the outcomes have 7 problems:",
        '  row 1: rank must be a whole number of at least 0, got "four" (6 times)',
        "  row 2: correct must be between 0 and 1, got 2",
      ].join("\n"),
    );
  });

  test("reports labels that are missing, and such as change from run to run", () => {
    const rows: Outcome[] = grid().map((row) => ({ ...row, label: "ham" }));
    const { label: _, ...bare } = rows[3]!;
    rows[3] = bare;
    rows[4] = { ...rows[4]!, label: "spam" };
    rows[5] = { ...rows[5]!, label: "" };
    const problems = (bad: Outcome[]) => () => outcomesFromRows(bad);
    expect(problems(rows)).toThrow(
      [
        "the outcomes have 3 problems:",
        "  row 4: label is missing, but row 1 has one",
        '  row 5: label of example "b" must be "ham" in every row, got "spam"',
        "  row 6: label is empty, but row 1 has one",
      ].join("\n"),
    );
    expect(problems([...grid().slice(1), { ...grid()[0]!, label: "ham" }])).toThrow(
      'row 12: label must be in every row or in none (row 1 has none), got "ham"',
    );
  });

  test("takes a seed without any row of a rank for a missing run", () => {
    const table = outcomesFromRows(grid().filter((row) => !(row.rank === 8 && row.seed === 1)));
    expect(table.failures).toEqual([{ rank: 8, seed: 1, status: "missing" }]);
  });

  test("names the first two rows with one rank, seed and example", () => {
    const gatherer = new OutcomeGatherer();
    const rows = grid();
    for (const [i, row] of [...rows, rows[2]!, rows[1]!].entries()) gatherer.add(row, i + 1);
    expect(gatherer.repeated).toEqual([3, rows.length + 1]);
  });

  test("reports every bad row by number, five in full and the rest as a count", () => {
    const rows: Outcome[] = grid();
    rows[0] = { ...rows[0]!, rank: 4.5 };
    rows[2] = { ...rows[2]!, correct: 1.2, seed: Number.NaN };
    rows[3] = { ...rows[3]!, example: "" };
    rows[4] = { ...rows[4]!, correct: "1" as unknown as number };
    rows[7] = { ...rows[6]! };
    rows[9] = { ...rows[9]!, correct: -1 };
    rows[10] = { ...rows[10]!, logLoss: 0.1 };
    expect(() => outcomesFromRows(rows)).toThrow(
      expect.objectContaining({
        code: "E_OUTCOMES",
        message: [
          "the outcomes have 7 problems:",
          "  row 1: rank must be a whole number of at least 0, got 4.5",
          "  row 3: seed must be a whole number, got NaN; correct must be between 0 and 1, got 1.2",
          "  row 4: example is empty",
          '  row 5: correct must be between 0 and 1, got "1"',
          '  row 8: rank 8, seed 0, example "a" must occur once, got it in row 7 already',
          "  and 2 more",
        ].join("\n"),
      }),
    );
  });

  test("reports runs that lack examples", () => {
    const rows = grid().filter((row) => row.rank !== 8 || row.seed !== 1 || row.example === "a");
    expect(() => outcomesFromRows(rows)).toThrow(
      'the outcomes have 1 problem:\n  rank 8, seed 1 must have all 3 examples, lacks "b" and 1 more',
    );
  });

  test("refuses a log loss whose square would be infinite", () => {
    const rows = grid().map((row, index) => ({ ...row, logLoss: index === 4 ? 1e308 : 1e9 }));
    expect(() => outcomesFromRows(rows)).toThrow(
      "row 5: logLoss must be a number from 0 to 1000000000 in every row, got 1e+308",
    );
    const most = grid().map((row, index) => ({ ...row, logLoss: index % 2 === 0 ? 1e9 : 0 }));
    const { ranks } = decide(outcomesFromRows(most), { metric: "log-loss" });
    for (const { logLoss, logLossInterval } of ranks)
      expect([logLoss, ...logLossInterval!].every(Number.isFinite)).toBe(true);
  });

  test("refuses a column of seeds that is none before it takes memory for it", () => {
    const gatherer = new OutcomeGatherer({ source: "x.csv" });
    const add = (from: number, to: number) => {
      for (let seed = from; seed < to; seed++)
        gatherer.add({ rank: 1, seed, example: "a", correct: 1 }, seed + 1);
    };
    add(0, 100_000);
    expect(() => add(100_000, 100_001)).toThrow(
      "x.csv must have at most 100000 pairs of a rank and a seed, got more",
    );
  });

  test("wants log loss in all rows or in none", () => {
    const rows = grid().map((row, index) => (index === 5 ? row : { ...row, logLoss: 0.5 }));
    expect(() => outcomesFromRows(rows)).toThrow("row 6: logLoss is missing, but row 1 has one");
  });
});

describe("OutcomeGatherer", () => {
  test("names the source and the lines, both of a duplicate that other rows lie between", () => {
    const gatherer = new OutcomeGatherer({ source: "outcomes.csv", unit: "line" });
    for (const [index, row] of grid().entries()) gatherer.add(row, index + 2);
    gatherer.add({ rank: 8, seed: 1, example: "b", correct: 1 }, 40);
    gatherer.add({ rank: 4, seed: 1, example: "c", correct: "no idea" }, 41);
    gatherer.reject(42, "must have 4 cells, got 3");
    expect(() => gatherer.table()).toThrow(
      [
        "outcomes.csv has 3 problems:",
        '  line 40: rank 8, seed 1, example "b" must occur once, got it in line 12 already',
        '  line 41: correct must be between 0 and 1, got "no idea"',
        "  line 42: must have 4 cells, got 3",
      ].join("\n"),
    );
  });

  test("keeps shares as they are after rows of 0 and 1, and examples in whatever order", () => {
    const gatherer = new OutcomeGatherer();
    const scores = Array.from({ length: 100 }, (_, index) => (index === 70 ? 0.37 : index % 2));
    for (let e = 0; e < 100; e++)
      gatherer.add({ rank: 4, seed: 1, example: `e${e}`, correct: scores[e] }, e + 1);
    for (let e = 99; e >= 0; e--)
      gatherer.add({ rank: 8, seed: 1, example: `e${e}`, correct: e % 2 }, 200 - e);
    const [first, second] = gatherer.table().cells;
    expect(Array.from(first!.correct)).toEqual(scores);
    expect(Array.from(second!.correct)).toEqual(scores.map((_, index) => index % 2));
  });

  test("leaves examples out of all runs that one has no outcome of, wherever they stand", () => {
    const gatherer = new OutcomeGatherer();
    const names = ["a", "b", "c", "d"];
    const add = (rank: number, without: readonly string[]): void => {
      for (const [i, example] of names.entries())
        if (!without.includes(example))
          gatherer.add(
            { rank, seed: 1, example, correct: i % 2, label: i < 2 ? "x" : "y", group: i },
            rank + i,
          );
    };
    add(4, ["a"]);
    add(8, ["d"]);
    for (const example of ["a", "d", "never seen"]) gatherer.leaveOut(example);
    const table = gatherer.table();
    expect(table).toMatchObject({ examples: 2, leftOut: 3, prior: { source: "labels" } });
    expect(table.cells.map(({ groups }) => Array.from(groups!))).toEqual([
      [0, 1],
      [0, 1],
    ]);
    expect(table.cells.map(({ correct }) => Array.from(correct))).toEqual([
      [1, 0],
      [1, 0],
    ]);
  });

  test("still misses an example that a run lacks and nobody left out", () => {
    const gatherer = new OutcomeGatherer();
    for (const example of ["a", "b", "c"]) gatherer.add({ rank: 4, seed: 1, example, correct: 1 }, 1);
    gatherer.add({ rank: 8, seed: 1, example: "a", correct: 1 }, 9);
    gatherer.leaveOut("b");
    expect(() => gatherer.table()).toThrow('rank 8, seed 1 must have all 3 examples, lacks "c"');
  });

  test("takes an optional column that is empty throughout for one that is not there", () => {
    const gatherer = new OutcomeGatherer();
    for (const [index, row] of grid().entries())
      gatherer.add({ ...row, logLoss: "", label: null }, index + 1);
    const table = gatherer.table();
    expect(table).not.toHaveProperty("prior");
    expect(table.cells[0]).not.toHaveProperty("logLoss");
  });
});
