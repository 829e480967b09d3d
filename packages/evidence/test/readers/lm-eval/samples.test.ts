import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readOutcomes } from "../../../src/readers/read-outcomes.ts";
import { cellsOf, fixtures, readRuns, writeRuns } from "../../helpers/evaluators.ts";
import { temporaryFolder } from "../../helpers/files.ts";

const lmRow = (id: number, more: object = {}) =>
  JSON.stringify({
    doc_id: id,
    doc: {},
    filter: "none",
    metrics: ["acc"],
    doc_hash: `h${id}`,
    acc: 1,
    ...more,
  });

test("lm-eval: without a rank in the path it is that of the adapter, beside the file or as the results name it", async () => {
  const folder = temporaryFolder();
  cpSync(join(fixtures, "lm-eval/r16-s2"), join(folder, "a"), { recursive: true });
  const choices = { task: "parity", score: "acc" };
  await expect(readOutcomes(folder, choices)).rejects.toThrow(
    "must be of a run whose rank is known, got none\nName the runs by a path",
  );
  const results = join(
    folder,
    "a",
    readdirSync(join(folder, "a")).find((name) => name.startsWith("results"))!,
  );
  mkdirSync(join(folder, "adapter"));
  writeFileSync(join(folder, "adapter/adapter_config.json"), '{"r": 32}');
  const named = readFileSync(results, "utf8").replaceAll('"r16-s2"', JSON.stringify(join(folder, "adapter")));
  writeFileSync(results, named);
  expect((await readOutcomes(join(folder, "a"), choices)).ranks).toEqual([32]);
  writeFileSync(join(folder, "a/adapter_config.json"), '{"r": 64}');
  expect((await readOutcomes(join(folder, "a"), choices)).ranks).toEqual([64]);
});

test("lm-eval: another document under the same number, and a score that is no share, are named by line", async () => {
  const folder = writeRuns({
    "r4-s1/samples_a.jsonl": [lmRow(0), lmRow(1)].join("\n"),
    "r8-s1/samples_a.jsonl": [
      lmRow(0, { doc_hash: "other" }),
      lmRow(1, { acc: 7 }),
      lmRow(2, { acc: [1] }),
    ].join("\n"),
  });
  await expect(readRuns(folder)).rejects.toThrow(
    [
      "the outcomes have 3 problems:",
      `  ${join(folder, "r8-s1/samples_a.jsonl")}, line 1: example "0" must hold what it holds in ${join(folder, "r4-s1/samples_a.jsonl")}, got another content`,
      `  ${join(folder, "r8-s1/samples_a.jsonl")}, line 2: acc must be between 0 and 1, got 7`,
      `  ${join(folder, "r8-s1/samples_a.jsonl")}, line 3: acc must be between 0 and 1, got a list or an object`,
    ].join("\n"),
  );
});

test("lm-eval: the group of an example is a field of its document", async () => {
  const run = [0, 1, 2].map((id) => lmRow(id, { doc: { book: id > 0 ? "Emma" : 7, text: "" } })).join("\n");
  const folder = writeRuns({ "r4-s1/samples_a.jsonl": run, "r8-s1/samples_a.jsonl": run });
  const { cells } = await readRuns(folder, { groupColumn: "book" });
  expect(cells.map(({ groups }) => Array.from(groups!))).toEqual([
    [0, 1, 1],
    [0, 1, 1],
  ]);
  expect((await readRuns(folder)).cells[0]).not.toHaveProperty("groups");
  const rule = `--group-column must be a field with a text or a number in doc of ${join(folder, "r4-s1/samples_a.jsonl")}, line 1`;
  await expect(readRuns(folder, { groupColumn: "author" })).rejects.toThrow(
    expect.objectContaining({ code: "E_OUTCOMES", message: `${rule}, got author: none of book, text` }),
  );
  const nested = writeRuns({ "r4-s1/samples_a.jsonl": lmRow(0, { doc: { book: ["x"] } }) });
  await expect(readRuns(nested, { groupColumn: "book" })).rejects.toThrow('line 1, got book: ["x"]');
});

test("lm-eval before 0.4.5 has no list of metrics and no filter: its numbers are the metrics", async () => {
  const row = (id: number) => JSON.stringify({ doc_id: id, doc: {}, target: "0", acc: id % 2, acc_norm: 1 });
  const folder = writeRuns({ "r4-s1/x.jsonl": `${row(0)}\n${row(1)}\n` });
  expect(cellsOf(await readRuns(folder, { score: "acc" }))).toEqual([[4, 1, 0, 1]]);
  await expect(readRuns(folder)).rejects.toThrow("--score must be one of acc, acc_norm in");
});
