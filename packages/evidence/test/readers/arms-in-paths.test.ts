import { join } from "node:path";
import { expect, test } from "vitest";
import { decide, decideScores } from "../../src/index.ts";
import { readRuns } from "../../src/readers/read-runs.ts";
import { scoresOfRuns } from "../../src/readers/run-scores.ts";
import { fixtures, writeRuns } from "../helpers/evaluators.ts";

const names = ["2024-01-05", "qwen-3.5_7b", "v1.2"];

/** Rows in which the first arm is right on one example of three, the second on all, the last on two. */
const rowsOf = (arm: string, columns = "example,correct", prefix = ""): string => {
  const right = [1, 3, 2][names.indexOf(arm)]!;
  return `${columns}\n${["a", "b", "c"].map((example, i) => `${prefix}${example},${i < right ? 1 : 0}\n`).join("")}`;
};

const filesOf = (pathOf: (arm: string, seed: number) => string, textOf: (arm: string) => string) =>
  writeRuns(
    Object.fromEntries(names.flatMap((arm) => [0, 1].map((seed) => [pathOf(arm, seed), textOf(arm)]))),
  );

const axis = { by: "arm", names };

test("names with dots, dashes and digits are arms of plain files", async () => {
  const folder = filesOf(
    (arm, seed) => `${arm}-s${seed}.csv`,
    (arm) => rowsOf(arm),
  );
  const read = await readRuns(join(folder, "{arm}-s{seed}.csv"));
  expect(read).toMatchObject({ kind: "outcomes", axis, ranks: [1, 2, 3], seeds: [0, 1], examples: 3 });
});

test("an arm is found within a folder's name, above a folder with the seed", async () => {
  const folder = filesOf(
    (arm, seed) => `out_${arm}_final/seed${seed}/o.csv`,
    (arm) => rowsOf(arm),
  );
  const read = await readRuns(join(folder, "out_{arm}_final", "seed{seed}"));
  expect(read).toMatchObject({ axis, ranks: [1, 2, 3], seeds: [0, 1] });
});

test("an arm that a path names twice must be one", async () => {
  const folder = writeRuns({
    "a/a.csv": rowsOf("v1.2"),
    "a/b.csv": rowsOf("v1.2"),
    "b/b.csv": rowsOf("v1.2"),
  });
  const read = await readRuns(join(folder, "{arm}", "{arm}.csv"));
  expect(read).toMatchObject({ axis: { names: ["a", "b"] } });
  expect(read).toHaveProperty("files.length", 2);
});

test("a column of ranks in a plain file says nothing of its arm", async () => {
  const folder = filesOf(
    (arm, seed) => `${arm}-s${seed}.csv`,
    (arm) => rowsOf(arm, "rank,example,correct", arm === "v1.2" ? "16," : "8,"),
  );
  expect(await readRuns(join(folder, "{arm}-s{seed}.csv"))).toMatchObject({ axis, ranks: [1, 2, 3] });
});

test("seeds may be a column of each arm's file; without any there is one seed", async () => {
  const folder = writeRuns(
    Object.fromEntries(names.map((arm) => [`${arm}.csv`, rowsOf(arm, "seed,example,correct", "7,")])),
  );
  expect(await readRuns(join(folder, "{arm}.csv"))).toMatchObject({ axis, seeds: [7] });
  const bare = writeRuns(Object.fromEntries(names.map((arm) => [`${arm}.csv`, rowsOf(arm)])));
  expect(await readRuns(join(bare, "{arm}.csv"))).toMatchObject({ axis, seeds: [0] });
});

test("samples of lm-evaluation-harness and states of trainers belong to the arm in their path", async () => {
  const samples = await readRuns(join(fixtures, "lm-eval", "r{arm}-s{seed}"), {
    task: "parity",
    score: "acc",
  });
  const byRank = await readRuns(join(fixtures, "lm-eval", "r{rank}-s{seed}"), {
    task: "parity",
    score: "acc",
  });
  expect(samples).toMatchObject({ kind: "outcomes", axis: { by: "arm", names: ["16", "4"] } });
  const outcomesOf = (read: typeof samples, rank: number) =>
    read?.kind === "outcomes" &&
    read.cells.filter((cell) => cell.rank === rank).map(({ correct }) => correct);
  expect(outcomesOf(samples, 1)).toEqual(outcomesOf(byRank, 16));

  const states = await readRuns(join(fixtures, "trainer-state", "{arm}-s{seed}"), { metric: "loss" });
  expect(states).toMatchObject({ kind: "scores", axis: { by: "arm" } });
  const { kind: _, notes, column, files, ...scores } = states as Extract<typeof states, { kind: "scores" }>;
  const decision = decideScores(scores, { metric: scores.metric });
  // Arms have another number in the decision, where the best comes first.
  expect(decision.axis!.names).not.toEqual(scores.axis!.names);
  const lossOf = (arm: string) => scores.runs.filter(({ rank }) => scores.axis!.names[rank - 1] === arm);
  for (const [i, name] of decision.axis!.names.entries())
    expect(scoresOfRuns(states!, decision).filter(({ rank }) => rank === i + 1)).toHaveLength(
      lossOf(name).length,
    );
});

test("without costs the arm with the best mean comes first, under its own name", async () => {
  const folder = filesOf(
    (arm, seed) => `${arm}-s${seed}.csv`,
    (arm) => rowsOf(arm),
  );
  const read = await readRuns(join(folder, "{arm}-s{seed}.csv"));
  const decision = decide(read as Extract<typeof read, { kind: "outcomes" }>);
  expect(decision.axis!.names).toEqual(["qwen-3.5_7b", "v1.2", "2024-01-05"]);
  expect(scoresOfRuns(read!, decision).filter(({ rank }) => rank === 1)).toMatchObject([
    { accuracy: 1 },
    { accuracy: 1 },
  ]);
});

test.each([
  ["{arm}-r{rank}-s{seed}.csv", {}, "{arm} must stand alone, got it beside {rank}"],
  ["{arm}-s{seed}.csv", { by: ["model"] }, "{arm} must stand alone, got it beside --by model"],
  ["{arm}-s{seed}.csv", { cost: "price" }, "--cost must go with --by"],
  ["{arms}-s{seed}.csv", {}, "must have no braces but {rank}, {seed} and {arm}, got {arms}"],
])("%s with %o is refused", async (name, choices, message) => {
  const folder = filesOf(
    (arm, seed) => `${arm}-s${seed}.csv`,
    (arm) => rowsOf(arm),
  );
  await expect(readRuns(join(folder, name), choices)).rejects.toThrow(message);
});
