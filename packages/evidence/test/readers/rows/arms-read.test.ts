import { expect, test } from "vitest";
import { readRuns } from "../../../src/readers/read-runs.ts";
import { ArmsRead } from "../../../src/readers/rows/arms-read.ts";
import { armOutcomes, armRuns, armsOf, decidedTable } from "../../helpers/arms.ts";
import { csv, jsonLines } from "../../helpers/outcome-rows.ts";
import { written } from "../../helpers/written-scores.ts";

const models = [
  { arm: "gpt2", level: 0.7 },
  { arm: "llama 3", level: 0.95 },
];
const runs = armRuns(models);
const outcomes = armOutcomes(models, { examples: 40 });
const readCsv = (rows: Parameters<typeof csv>[0], choices: object) =>
  readRuns(written("t.csv", csv(rows)), choices);

test("numbers arms as they appear, and one name has one number", () => {
  const arms = new ArmsRead({ by: ["model"] });
  expect(["b", "a", "b"].map((name) => arms.numberOf(name))).toEqual([1, 2, 1]);
  expect(arms.axis()).toEqual({ by: "model", names: ["b", "a"] });
});

test("outcomes by a column read the same from CSV and JSON Lines", async () => {
  const byCsv = await readCsv(outcomes, { by: ["model"] });
  const byJson = await readRuns(written("t.jsonl", jsonLines(outcomes)), { by: ["model"] });
  expect(byCsv).toMatchObject({ kind: "outcomes", axis: { by: "model", names: ["gpt2", "llama 3"] } });
  expect(byJson).toEqual(byCsv);
});

test("outcomes without a seed column count as one seed", async () => {
  const rows = outcomes.filter(({ seed }) => seed === 0).map(({ seed: _, ...row }) => row);
  expect(await readCsv(rows, { by: ["model"] })).toMatchObject({ seeds: [0], ranks: [1, 2] });
});

test("several columns are compared in the combinations that occur", async () => {
  const rows = runs.map((row, i) => ({
    ...row,
    targets: i % 2 === 0 ? "q" : "q v",
    seed: Math.floor(i / 2),
  }));
  const { axis } = await decidedTable(rows, { by: ["targets", "model"] });
  expect(axis!.by).toBe("targets, model");
  expect([...axis!.names].sort()).toEqual(["q v, gpt2", "q v, llama 3", "q, gpt2", "q, llama 3"]);
});

test("numbers that are written differently are one arm", async () => {
  const rows = [1, 2, 3].flatMap((seed) =>
    [seed === 2 ? "0.0001" : "1e-4", "2e-4"].map((lr) => ({ lr, seed, accuracy: 0.5 + seed / 10 })),
  );
  const { axis } = await decidedTable(rows, { by: ["lr"] });
  expect(axis!.names).toEqual(["0.0001", "0.0002"]);
});

test("an empty cell is an arm of its own", async () => {
  const { axis } = await decidedTable(
    runs.map((row) => ({ ...row, model: row.model === "gpt2" ? "" : "a" })),
  );
  expect([...axis!.names].sort()).toEqual(["(empty)", "a"]);
});

test("checkpoints and two hundred names are arms like others", async () => {
  const arms = Array.from({ length: 200 }, (_, i) => ({ arm: String(100 * i), level: 0.5 }));
  const decision = await decidedTable(armOutcomes(arms, { seeds: 1, examples: 2 }));
  expect(armsOf(decision)).toHaveLength(200);
  expect(armsOf(decision)).toContain("19900");
});

test.each([
  [
    "the seed",
    outcomes,
    { by: ["seed"] },
    "--by must name what is compared, got seed, which holds each row's seed",
  ],
  ["the example", outcomes, { by: ["example"] }, "got example, which holds each row's example"],
  ["the outcome", outcomes, { by: ["correct"] }, "got correct, which holds each row's outcome"],
  ["a run's seed", runs, { by: ["seed"] }, "got seed, which holds each row's seed"],
  ["a run's score", runs, { by: ["accuracy"] }, "got accuracy, which holds each row's score"],
  [
    "the score as cost",
    runs,
    { by: ["model"], cost: "accuracy" },
    "--cost must name what an arm costs, got accuracy",
  ],
  ["the seed as cost", outcomes, { by: ["model"], cost: "seed" }, "got seed, which holds each row's seed"],
  ["one column twice", runs, { by: ["model", "Model"] }, "--by must name each column once, got model twice"],
  ["no column", runs, { by: ["arch"] }, "--by must name a column of"],
] as const)("refuses %s", async (_, rows, choices, message) => {
  await expect(readCsv(rows, choices)).rejects.toMatchObject({
    code: "E_COLUMN",
    message: expect.stringContaining(message),
  });
});

test("a column named group or label may name arms, and is then no group of examples", async () => {
  const rows = outcomes.map(({ model, ...row }) => ({ group: model!, ...row }));
  const decision = await decidedTable(rows, { by: ["group"] });
  expect(armsOf(decision)).toEqual(["llama 3", "gpt2"]);
  expect(decision).not.toHaveProperty("groups");
  const labelled = outcomes.map(({ model, ...row }) => ({ label: model!, ...row }));
  expect(armsOf(await decidedTable(labelled, { by: ["label"] }))).toEqual(["llama 3", "gpt2"]);
});

test("a cost is the mean of an arm's rows, and orders the arms", async () => {
  const priced = runs.map((row) => ({
    ...row,
    price: row.model === "gpt2" ? Number(row.seed) : row.seed === 1 ? "" : 0.5,
  }));
  const { axis } = await decidedTable(priced, { by: ["model"], cost: "price" });
  expect(axis).toEqual({ by: "model", names: ["llama 3", "gpt2"], cost: { of: "price", values: [0.5, 2] } });
});

test("refuses a cost that is no number, is unknown for an arm, or stands without --by", async () => {
  const costing = (price: string) => runs.map((row) => ({ ...row, price: row.model === "gpt2" ? price : 1 }));
  const choices = { by: ["model"], cost: "price" };
  await expect(readCsv(costing("cheap"), choices)).rejects.toThrow(
    /^price must be a number of at least 0, or empty, in each row of .*, got cheap for gpt2$/,
  );
  await expect(readCsv(costing("-1"), choices)).rejects.toThrow("got -1 for gpt2");
  await expect(readCsv(costing(""), choices)).rejects.toThrow(
    "--cost price must be known for each arm, got none for gpt2",
  );
  await expect(readCsv(costing("1"), { cost: "price" })).rejects.toThrow("--cost must go with --by");
});

const twoRanks = (rows: readonly (typeof runs)[number][]) =>
  [8, 16].flatMap((rank) => rows.map((row) => ({ ...row, rank })));

test("a rank that varies within an arm is a setting, which --where or a second --by chooses", async () => {
  for (const rows of [twoRanks(runs), twoRanks(outcomes)]) {
    await expect(readCsv(rows, { by: ["model"] })).rejects.toThrow(
      /differ in rank \(8 and 16\)\.\s*Choose by --where rank=8/,
    );
    expect(armsOf(await decidedTable(rows, { by: ["model"], where: ["rank=8"] }))).toEqual([
      "llama 3",
      "gpt2",
    ]);
    const both = await decidedTable(rows, { by: ["model", "rank"] });
    expect(armsOf(both).sort()).toEqual(["gpt2, 16", "gpt2, 8", "llama 3, 16", "llama 3, 8"]);
  }
});

test("versions, identifiers and commits that are no numbers are arms of their own", async () => {
  const names = [
    "1.1",
    "1.10",
    "7",
    "007",
    "12e4567",
    "99e9999",
    "3141592653589793238",
    "3141592653589793239",
  ];
  const rows = names.flatMap((version, i) =>
    [1, 2, 3].map((seed) => ({ version, seed, accuracy: 0.5 + i / 100 + seed / 1000 })),
  );
  const { axis } = await decidedTable(rows, { by: ["version"] });
  expect([...axis!.names].sort()).toEqual([...names].sort());
});

test("control characters in a name are escaped, and line ends are spaces", () => {
  const arms = new ArmsRead({ by: ["model"] });
  for (const name of ["\u001b[31mred", "\u202eevil", "a\n b"]) arms.numberOf(name);
  expect(arms.names).toEqual(["\\u{1b}[31mred", "\\u{202e}evil", "a b"]);
});

test("costs have decimal commas, and none where a tracker writes NaN; 1,200 could be two numbers", () => {
  const costsOf = (...cells: readonly unknown[]) => {
    const arms = new ArmsRead({ by: ["model"], cost: "cost" });
    const read = arms.rowReader(["model", "cost"], "t.csv", new Map())!;
    for (const cell of cells) read((column) => (column === "cost" ? cell : "a"));
    return arms.axis().cost!.values;
  };
  expect(costsOf("8,1", "NaN", "None", null, Number.NaN)).toEqual([8.1]);
  expect(() => costsOf("1,200")).toThrow("got 1,200 for a");
  expect(() => costsOf("NaN")).toThrow("--cost cost must be known for each arm, got none for a");
});

test("an arm of which no run has a score is named", async () => {
  const rows = runs.map((row) => ({ ...row, accuracy: row.model === "gpt2" ? "NaN" : row.accuracy! }));
  const { notes } = (await readCsv(rows, { by: ["model"] })) as { readonly notes: readonly string[] };
  expect(notes).toContain("Not compared, for lack of a score: gpt2.");
});

test("a column that is averaged over names no arm, and a table without rows says so", async () => {
  const choices = { by: ["model"], averageOver: "model" };
  const refusal = "--by must name what is compared, got model, which holds each row's value averaged over";
  await expect(readCsv(runs, choices)).rejects.toThrow(refusal);
  await expect(readCsv(outcomes, choices)).rejects.toThrow(refusal);
  const empty = written("t.csv", "model,seed,accuracy\n");
  await expect(readRuns(empty, { by: ["model"] })).rejects.toThrow(
    "must have a row, with the column model of --by",
  );
});
