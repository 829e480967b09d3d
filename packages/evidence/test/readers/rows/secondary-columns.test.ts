import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { decide, decideScores } from "../../../src/index.ts";
import { readRuns } from "../../../src/readers/read-runs.ts";
import { type SecondaryFlags, secondaryOf } from "../../../src/readers/rows/secondary-columns.ts";
import { written } from "../../helpers/written-scores.ts";

const condition = ["forgetting<=0.05"];

test.each<[SecondaryFlags, object[]]>([
  [{ condition }, [{ name: "forgetting", better: "lower", limit: 0.05 }]],
  [{ condition: [" recall >= 9e-1 "] }, [{ name: "recall", better: "higher", limit: 0.9 }]],
  [{ outcome: ["eval/latency:lower"] }, [{ name: "eval/latency", better: "lower" }]],
  [{}, []],
])("flags name outcomes: %j", (flags, outcomes) => {
  expect(secondaryOf(flags)).toEqual(outcomes);
});

test.each<[SecondaryFlags, string]>([
  [
    { condition: ["forgetting<0.05"] },
    '--condition must be a column and its limit, such as forgetting<=0.05 or recall>=0.9, got "forgetting<0.05"',
  ],
  [{ condition: ["forgetting<=low"] }, 'got "forgetting<=low"'],
  [{ condition: ["<=1"] }, 'got "<=1"'],
  [
    { outcome: ["forgetting"] },
    '--outcome must be a column and its better side, such as forgetting:lower, got "forgetting"',
  ],
  [
    { condition, outcome: ["forgetting:lower"] },
    "--condition and --outcome must name forgetting once, got it again",
  ],
])("another form is refused: %j", (flags, message) => {
  expect(() => secondaryOf(flags)).toThrow(message);
});

const table =
  "rank,seed,f1,forgetting,ms\n" +
  "4,0,0.61,0.010,5\n4,1,0.60,0.012,5\n4,2,0.59,1.1%,6\n8,0,0.70,0.020,9\n8,1,0.71,0.021,9\n8,2,0.72,0.023,8\n";
const secondary = secondaryOf({ condition, outcome: ["ms:lower"] });
const choices = { metric: "f1", secondary } as const;

test("a table of runs has a column for each, which are no settings", async () => {
  const read = await readRuns(written("runs.csv", table), choices);
  if (read?.kind !== "scores") throw new Error("no scores");
  expect(read.runs[2]).toEqual({
    ...{ rank: 4, seed: 2, score: 0.59 },
    secondary: [
      { name: "forgetting", values: [expect.closeTo(0.011, 12)] },
      { name: "ms", values: [6] },
    ],
  });
  expect(read.notes.join(" ")).not.toContain("--metric");
  const { kind: _, notes: __, column: ___, files: ____, ...scores } = read;
  const decision = decideScores(scores, { margin: 0.01, metric: read.metric, secondary });
  expect(decision.secondary!.map(({ name, limit }) => [name, limit])).toEqual([
    ["forgetting", 0.05],
    ["ms", undefined],
  ]);
});

test("runs that are averaged over a column are averaged in their outcomes, too", async () => {
  const rows = table.trim().split("\n");
  const twice = [
    `${rows[0]},task`,
    ...rows.slice(1).flatMap((row) => [`${row},a`, `${row.replace(/\d+$/, "1")},b`]),
  ];
  const read = await readRuns(written("twice.csv", `${twice.join("\n")}\n`), {
    ...choices,
    averageOver: "task",
  });
  if (read?.kind !== "scores") throw new Error("no scores");
  expect(read.runs[0]!.secondary).toEqual([
    { name: "forgetting", values: [0.01] },
    { name: "ms", values: [3] },
  ]);
});

test.each([
  ["a missing column", table.replace("forgetting", "forgotten"), "--condition must name a column of"],
  [
    "an empty cell",
    table.replace("0.012", ""),
    "forgetting must be a number in each run with a score, got none",
  ],
  ["a word", table.replace("0.012", "little"), 'row 2: forgetting must be a number, got "little"'],
])("a table of runs with %s is refused", async (_, text, message) => {
  await expect(readRuns(written("faulty.csv", text), choices)).rejects.toThrow(message);
});

test("the column of the score, or of the rank, is no condition", async () => {
  for (const name of ["f1", "rank", "seed"])
    await expect(
      readRuns(written("runs.csv", table), {
        metric: "f1",
        secondary: secondaryOf({ condition: [`${name}<=1`] }),
      }),
    ).rejects.toThrow("--condition must name a column beside those of rank, seed and score");
});

const examples = Array.from({ length: 40 }, (_, i) => {
  const [rank, seed, example] = [i < 20 ? 4 : 8, Math.floor(i / 10) % 2, i % 10];
  return {
    rank,
    seed,
    example,
    correct: (i * 7) % 3 === 0 ? 1 : 0,
    group: example % 5,
    forgetting: (rank * example) / 1000,
  };
});

function rowsOf(lines: readonly object[]): string {
  return lines.map((row) => `${JSON.stringify(row)}\n`).join("");
}

test("outcomes by example have a cell in each row, in their groups", async () => {
  const read = await readRuns(written("outcomes.jsonl", rowsOf(examples)), {
    secondary: secondary.slice(0, 1),
  });
  if (read?.kind !== "outcomes") throw new Error("no outcomes");
  const [finding] = decide(read, { secondary: secondary.slice(0, 1) }).secondary!;
  expect(finding).toMatchObject({ examples: 10 });
  expect(finding!.ranks.map(({ mean }) => mean)).toEqual([
    expect.closeTo(0.018, 12),
    expect.closeTo(0.036, 12),
  ]);
  expect(Array.from(read.cells[0]!.secondary![0]!.groups!)).toEqual(Array.from(read.cells[0]!.groups!));
});

test("outcomes by example with a cell that is no number are refused, and averages of rows", async () => {
  const faulty = rowsOf(examples.map((row, i) => (i === 3 ? { ...row, forgetting: null } : row)));
  const chosen = { secondary: secondary.slice(0, 1) };
  await expect(readRuns(written("faulty.jsonl", faulty), chosen)).rejects.toThrow(
    "line 4: forgetting must be a number, got none",
  );
  await expect(
    readRuns(written("outcomes.jsonl", rowsOf(examples)), { ...chosen, averageOver: "group" }),
  ).rejects.toThrow("--condition must be of a table with a column for it and a row for each run or example");
});

test("PEFT's comparison, one run each: nothing is claimed, and the bet is the best of the means within the limit", async () => {
  const path = fileURLToPath(new URL("../../../bench/data/peft-forgetting.csv", import.meta.url));
  const limited = secondaryOf({ condition });
  const read = await readRuns(path, { by: ["experiment"], metric: "test_acc", secondary: limited });
  if (read?.kind !== "scores") throw new Error("no scores");
  const { kind: _, notes: __, column: ___, files: ____, ...scores } = read;
  const decision = decideScores(scores, { metric: read.metric, secondary: limited });
  expect(decision).toMatchObject({ verdict: "inconclusive", rank: null, certifiedRank: null });
  expect(decision.secondary![0]!.ranks.every(({ condition }) => condition === "open")).toBe(true);
  const nameOf = (arm: number) => decision.axis!.names[arm - 1]!;
  expect(nameOf(decision.bestBet!.rank)).toBe("lora/llama-3.2-3B-rank10-target-mlp");
  expect(nameOf(decision.byTask!.bestBet!.rank)).toBe("lily/llama-3.2-3B-rank140-mlp-a2-b2-s8.0");
  expect(decision.explanation).toContain("nothing can be claimed");
});
