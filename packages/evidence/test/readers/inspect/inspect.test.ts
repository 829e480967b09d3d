import { join } from "node:path";
import { expect, test } from "vitest";
import { readOutcomes } from "../../../src/readers/read-outcomes.ts";
import { cellsOf, fixtures, readRuns, writeRuns } from "../../helpers/evaluators.ts";

const inspectLog = (samples: readonly object[], status = "success", ids: readonly string[] = []) =>
  JSON.stringify({
    ...{ version: 2, status },
    eval: { task: "t", dataset: { sample_ids: ids } },
    samples,
  });
const sample = (id: string, value: unknown, more: object = {}) => ({
  ...{ id, epoch: 1, input: id, scores: { s: { value } } },
  ...more,
});

test("Inspect: the epochs of an example are averaged, and the rank is what the task says", async () => {
  const table = await readOutcomes(join(fixtures, "inspect/epochs"), { score: "near" });
  expect(table).toMatchObject({ ranks: [16], seeds: [0], examples: 4 });
  expect(cellsOf(table)).toEqual([[16, 0, 0.75, 1, 1, 0.5]]);
});

test("Inspect: grades, numbers and texts are read; what was not scored or did not run is left out", async () => {
  const values = ["C", "I", "P", "N", 0.25, true, "yes", "0.5"];
  const log = inspectLog(
    [
      ...values.map((value, i) => sample(`q${i}`, value)),
      sample("none", null),
      sample("other", 1, { scores: {} }),
      sample("error", 1, { error: { message: "time-out" } }),
    ],
    "cancelled",
    ["q0", "late"],
  );
  const table = await readRuns(writeRuns({ "r4-s1/log.json": log.replace('"value":null', '"value":NaN') }));
  expect(cellsOf(table)).toEqual([[4, 1, 1, 0, 0.5, 0, 0.25, 1, 1, 0.5]]);
  expect(table).toMatchObject({ leftOut: 4, failed: [{ examples: 4, reason: "s did not score it" }] });
  await expect(readRuns(writeRuns({ "r4-s1/log.json": inspectLog([sample("a", "A")]) }))).rejects.toThrow(
    'sample 1: s must be between 0 and 1, got "A"',
  );
  await expect(readRuns(writeRuns({ "r4-s1/log.json": inspectLog([]) }))).rejects.toThrow(
    "must have samples with scores, got none",
  );
});

test("Inspect: the group of an example is a field of its metadata, which a sample that failed need not have", async () => {
  const samples = ["a", "b", "a"].map((author, i) => sample(`q${i}`, 1, { metadata: { author } }));
  const log = inspectLog([...samples, sample("q3", 1, { error: "time-out" })]);
  const folder = writeRuns({ "r4-s1/log.json": log });
  const { cells } = await readRuns(folder, { groupColumn: "author" });
  expect(Array.from(cells[0]!.groups!)).toEqual([0, 1, 0]);
  await expect(readRuns(folder, { groupColumn: "book" })).rejects.toThrow(
    `in metadata of ${join(folder, "r4-s1/log.json")}, sample 1, got book: none of author`,
  );
});

test("Inspect: a scorer of several values has a name for each", async () => {
  const folder = writeRuns({ "r4-s1/log.json": inspectLog([sample("a", { x: 1, y: 0 })]) });
  await expect(readRuns(folder)).rejects.toThrow("--score must be one of s/x, s/y in");
  expect(cellsOf(await readRuns(folder, { score: "s/y" }))).toEqual([[4, 1, 0]]);
});

test("outcomes of which none ran in all runs are refused", async () => {
  const failed = [sample("a", 1, { error: "x" }), sample("b", 1)];
  const folder = writeRuns({
    "r4-s1/log.json": inspectLog(failed),
    "r8-s1/log.json": inspectLog(
      [failed[1]!, sample("a", 1)].map((one, i) => (i === 0 ? { ...one, error: "y" } : one)),
    ),
  });
  await expect(readRuns(folder)).rejects.toThrow("got 2 that failed in a run, and no other");
});
