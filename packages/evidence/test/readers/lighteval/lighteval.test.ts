import { join } from "node:path";
import { expect, test } from "vitest";
import { fixtures, readRuns } from "../../helpers/evaluators.ts";

test("documents are paired by their ids, whose order lighteval changes, and only scores of a document can be chosen", async () => {
  const table = await readRuns(join(fixtures, "lighteval"), { score: "acc" });
  expect(table).toMatchObject({ ranks: [4, 16], seeds: [1, 2], examples: 20 });
  expect(table.files![0]).toMatchObject({ format: "lighteval", task: "parity-0" });
  const grouped = await readRuns(join(fixtures, "lighteval"), { score: "acc", groupColumn: "gold_index" });
  expect(new Set(Array.from(grouped.cells[0]!.groups!))).toEqual(new Set([0, 1]));
  await expect(
    readRuns(join(fixtures, "lighteval"), { score: "acc", groupColumn: "author" }),
  ).rejects.toThrow(/in doc of .*, row 1, got author: none of .*query/);
  await expect(readRuns(join(fixtures, "lighteval"), { score: "loglikelihood_f1" })).rejects.toThrow(
    "--score must be one of acc, acc:logprob_normalization=",
  );
});
