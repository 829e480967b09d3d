import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readOutcomes } from "../../../src/readers/read-outcomes.ts";
import { fixtures, readRuns, writeRuns } from "../../helpers/evaluators.ts";

test("promptfoo: one file has all runs, told apart by the labels of its providers", async () => {
  const table = await readOutcomes(join(fixtures, "promptfoo/labels.jsonl"));
  expect(table).toMatchObject({ ranks: [4, 16], seeds: [1, 2], examples: 4 });
  const alone = await readRuns(join(fixtures, "promptfoo"));
  for (const { rank, seed, correct } of table.cells) {
    const same = alone.cells.find((cell) => cell.rank === rank && cell.seed === seed)!;
    expect(Array.from(correct)).toEqual(Array.from(same.correct).slice(0, 4));
  }
  const named = writeRuns({
    "r8-s1/x.jsonl": readFileSync(join(fixtures, "promptfoo/labels.jsonl"), "utf8"),
  });
  await expect(readRuns(named)).rejects.toThrow("must have one provider for each run, got r4-s1 and r4-s2");
});

test("promptfoo: the group of an example is a variable of its test", async () => {
  const line = (testIdx: number, vars: object) =>
    JSON.stringify({ cost: 0, provider: { label: "r8-s1" }, testIdx, testCase: { vars }, success: true });
  const lines = ["a", "b", "a"].map((author, i) => line(i, { author }));
  const file = join(writeRuns({ "x.jsonl": lines.join("\n") }), "x.jsonl");
  const { cells } = await readOutcomes(file, { groupColumn: "author" });
  expect(Array.from(cells[0]!.groups!)).toEqual([0, 1, 0]);
  await expect(readOutcomes(file, { groupColumn: "book" })).rejects.toThrow(
    `in vars of ${file}, result 1, got book: none of author`,
  );
});

test("promptfoo: labels that name one run twice, or none, are refused", async () => {
  const line = (label: string) =>
    JSON.stringify({
      cost: 0,
      promptIdx: 0,
      provider: { id: "x", label },
      testIdx: 0,
      success: true,
      failureReason: 0,
    });
  const folder = writeRuns({ "two.jsonl": `${line("r8 a")}\n${line("r8 b")}`, "none.jsonl": line("gpt") });
  await expect(readOutcomes(join(folder, "two.jsonl"))).rejects.toThrow(
    "must have one provider for each run",
  );
  await expect(readOutcomes(join(folder, "none.jsonl"))).rejects.toThrow("whose rank is known, got none");
});
