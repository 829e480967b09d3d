import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { isScores, readScores } from "../../../src/readers/read-runs.ts";
import { readTable as read } from "../../helpers/written-scores.ts";

const fixtures = fileURLToPath(new URL("../../fixtures", import.meta.url));

describe("a table with a row for each run", () => {
  test("needs no choice of columns, in any order", async () => {
    const { runs, examples, metric, notes } = await read(
      "n,accuracy,seed,rank\n872,0.85,0,4\n872,0.86,1,4\n872,0.87,0,8\n",
    );
    expect(runs).toEqual([
      { rank: 4, seed: 0, score: 0.85 },
      { rank: 4, seed: 1, score: 0.86 },
      { rank: 8, seed: 0, score: 0.87 },
    ]);
    expect({ examples, metric }).toEqual({ examples: 872, metric: "accuracy" });
    expect(notes.join("\n")).toMatch(
      /Read 3 runs of .*: accuracy by rank and seed, on 872 evaluation examples \(n\)\./,
    );
  });
  test("says when runs began, and with which weights", async () => {
    const { runs } = await read(
      "rank,seed,accuracy,Created,init_from\n4,0,0.85,2026-11-30T10:00:00Z,none\n4,1,0.86,2026-11-30T10:05:00Z,out/r4-s0\n" +
        "8,0,0.87,,\n",
    );
    expect(runs).toEqual([
      { rank: 4, seed: 0, score: 0.85, startedAt: Date.UTC(2026, 10, 30, 10) },
      { rank: 4, seed: 1, score: 0.86, startedAt: Date.UTC(2026, 10, 30, 10, 5), startedFrom: "out/r4-s0" },
      { rank: 8, seed: 0, score: 0.87 },
    ]);
    const numbers = await read(
      "rank,accuracy,_timestamp,timestamp\n4,0.85,1,1764496800.5\n4,0.86,2,1764496900\n",
    );
    expect(numbers.runs.map(({ startedAt }) => startedAt)).toEqual([1764496800.5, 1764496900]);
  });
  test("may write its ranks and seeds as names of runs do", async () => {
    const { runs } = await read("rank,seed,accuracy\nr4,s1,0.85\nrank 8,seed 1,0.86\n");
    expect(runs).toEqual([
      { rank: 4, seed: 1, score: 0.85 },
      { rank: 8, seed: 1, score: 0.86 },
    ]);
  });
  test("may be JSON Lines, or a JSON array", async () => {
    const rows = [4, 8].map((rank) => ({ rank, seed: 0, accuracy: 0.9 }));
    const lines = rows.map((row) => JSON.stringify(row)).join("\n");
    const { runs } = await read(lines, {}, "runs.jsonl");
    expect(runs).toEqual(rows.map(({ rank, seed, accuracy }) => ({ rank, seed, score: accuracy })));
    expect((await read(JSON.stringify(rows), {}, "runs.json")).runs).toEqual(runs);
  });
  test("has accuracies as shares or in percent, with a comma where cells are separated by semicolons", async () => {
    const { runs, notes } = await read("rank;acc\n4;84,5\n8;85\n");
    expect(runs).toEqual([
      { rank: 4, score: 0.845 },
      { rank: 8, score: 0.85 },
    ]);
    expect(notes.at(-1)).toContain("acc, in percent, by rank.");
    expect((await read("rank,acc\n4,84.5%\n8,85 %\n")).runs).toEqual(runs);
  });
  test("counts runs without a score, without a rank and unfinished ones", async () => {
    const { runs, notes } = await read(
      "Name,State,r,seed,accuracy\na,finished,4,0,0.8\nb,crashed,4,1,0.5\nc,finished,,2,0.8\nd,finished,8,0,NaN\n",
    );
    expect(runs).toEqual([{ rank: 4, seed: 0, score: 0.8 }]);
    expect(notes.slice(-3)).toEqual([
      "Left out 1 run: crashed.",
      "Left out 1 run: without a rank.",
      "Left out 1 run: without a score.",
    ]);
  });
  test("may have runs at several learning rates; the rate of a step is none", async () => {
    const { runs } = await read(
      "rank,learning_rate,train/learning_rate,seed,accuracy\n4,1e-4,0,0,0.8\n4,2e-4,0,0,0.9\n",
    );
    expect(runs).toEqual([
      { rank: 4, rate: 1e-4, seed: 0, score: 0.8 },
      { rank: 4, rate: 2e-4, seed: 0, score: 0.9 },
    ]);
  });
});

describe("a table with a column for each rank", () => {
  test.each(["seed,r4,r8", "Seed,4,8", "seed,rank 4,rank 8", "seed,lora_r=4,lora_r=8"])(
    "%s",
    async (header) => {
      const { runs } = await read(`${header}\n7,0.8,0.9\n8,0.7,\n`, { metric: "accuracy" });
      expect(runs).toEqual([
        { rank: 4, seed: 7, score: 0.8 },
        { rank: 8, seed: 7, score: 0.9 },
        { rank: 4, seed: 8, score: 0.7 },
      ]);
    },
  );
  test("has a seed in each row, and a metric that must be named", async () => {
    const { runs } = await read("4,8\n0.8,0.9\n0.7,0.8\n", { metric: "f1" });
    expect(runs.map(({ seed }) => seed)).toEqual([0, 0, 1, 1]);
    await expect(read("4,8\n0.8,0.9\n")).rejects.toThrow("--metric must say what the columns of ranks in");
  });
});

test("a table with a column for each seed has a rank in each row; other columns are passed over", async () => {
  const text = "Rank;Seed 1;Seed 2;Mean\n4;64,5 %;61 %;62,75 %\n16;70 %;;70 %\n";
  const { runs, notes } = await read(text, { metric: "accuracy" });
  expect(runs).toEqual([
    { rank: 4, seed: 1, score: 0.645 },
    { rank: 4, seed: 2, score: 0.61 },
    { rank: 16, seed: 1, score: 0.7 },
  ]);
  expect(notes.slice(-2)).toEqual([
    expect.stringContaining("accuracy by a column for each seed and Rank."),
    "Left out 1 run: without a score.",
  ]);
  await expect(read(text)).rejects.toThrow(
    /the columns of seeds in .* hold, such as --metric accuracy, got none/,
  );
});

test.each([
  [
    "rank,seed,loss_a,loss_b\n4,0,1,2\n",
    {},
    /--metric must name the column of the score in .*, one of loss_a and loss_b, got none/,
  ],
  ["rank,eval_loss,val_loss\n4,1,2\n", {}, /one of eval_loss and val_loss, got none/],
  ["rank,accuracy\n4,1\n", { metric: "f1" }, /must have one column f1, got none of accuracy/],
  ["rank,model.rank,accuracy\n4,4,1\n", {}, /must have one column rank, got "rank" and "model\.rank"/],
  ["rank,accuracy\n4,high\n4,0.5\n", {}, /has 1 problem:\n {2}row 1: accuracy must be a number, got "high"/],
  ["rank,accuracy\n2.5,0.5\n", {}, /row 1: rank must be a whole number of at least 0, got 2\.5/],
  ["rank,accuracy\n", {}, /must/],
])("refuses %j %j", async (text, choices, message) => {
  await expect(read(text, choices)).rejects.toThrow(message);
});

test("an experiment as MLflow exports it; its failed run is counted", async () => {
  const { runs, column, metric, notes } = await readScores(join(fixtures, "trackers/mlflow.csv"));
  expect({ column, metric }).toEqual({ column: "metrics.eval_accuracy", metric: "accuracy" });
  expect(runs.filter(({ rank }) => rank === 4)).toHaveLength(3);
  expect(runs.find(({ rank, seed }) => rank === 8 && seed === 0)!.score).toBeCloseTo(0.842, 12);
  expect(notes).toEqual([
    expect.stringContaining("metrics.eval_accuracy by params.lora_r and params.seed."),
    "Left out 1 run: failed.",
  ]);
});

test("a query of trackio: runs with the metric, as its rows", async () => {
  const file = join(fixtures, "trackers/trackio.json");
  expect(isScores(file)).toBe(true);
  const { runs, column, metric, examples, notes } = await readScores(file);
  expect({ column, metric, examples }).toEqual({ column: "accuracy", metric: "accuracy", examples: 500 });
  expect(runs.map(({ rank, seed }) => [rank, seed])).toEqual([
    ...[0, 1, 2].map((seed) => [4, seed]),
    ...[0, 1, 2].map((seed) => [8, seed]),
  ]);
  expect(runs[0]!.score).toBe(0.816);
  expect(notes).toEqual([
    expect.stringContaining("accuracy by lora_r and seed, on 500 evaluation examples (n)."),
  ]);
});
