import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { formatOf } from "../../src/readers/formats.ts";
import { readOutcomes } from "../../src/readers/read-outcomes.ts";
import { isOutcomes } from "../../src/readers/run-files.ts";
import { cellsOf, fixtures, readRuns, writeRuns } from "../helpers/evaluators.ts";

describe("files of the real tools", () => {
  test.each([
    ["lm-eval", "parity-acc", { task: "parity", score: "acc" }],
    ["lm-eval", "digits-flexible-extract", { task: "digits", filter: "flexible-extract" }],
    ["inspect", "match", { score: "match" }],
    ["inspect", "near", { score: "near" }],
    ["promptfoo", "success", {}],
    ["promptfoo", "score", { score: "score" }],
    ["promptfoo", "contains", { score: "contains" }],
    ["lighteval", "acc", { score: "acc" }],
  ])("%s, %s: the outcomes are those that Python reads", async (tool, name, choices) => {
    const folder = join(fixtures, tool);
    const expected = await readOutcomes(join(folder, `expected-${name}.csv`));
    const table = await readRuns(folder, choices);
    expect(table.examples).toBe(expected.examples);
    expect(cellsOf(table)).toEqual(cellsOf(expected));
    expect(isOutcomes(join(folder, "r{rank}-s{seed}"))).toBe(true);
  });

  test.each([
    ["lm-eval", {}, "--task, or the file's name in the path, must be one of digits, parity in"],
    ["lm-eval", { task: "parity" }, "--score must be one of acc, acc_norm in"],
    ["lm-eval", { task: "digits" }, "--filter must be one of flexible-extract, strict-match in"],
    ["lm-eval", { task: "sums" }, "must be one of digits, parity in"],
    ["lm-eval", { task: "digits", filter: "none" }, "flexible-extract, strict-match in"],
    ["inspect", {}, "--score must be one of match, near in"],
    ["inspect", { score: "f1" }, "--score must be one of match, near in"],
    ["inspect", { score: "match", task: "x" }, "must be left out, as there is no such name in"],
    ["promptfoo", { score: "f1" }, "--score must be one of contains, exact, score, success in"],
    ["lighteval", { score: "f1" }, "--score must be one of acc, acc:logprob_normalization="],
  ])("%s with %j asks for a choice by name", async (tool, choices, message) => {
    await expect(readRuns(join(fixtures, tool), choices)).rejects.toThrow(message);
  });

  test.each(["inspect", "promptfoo"])(
    "%s: an example that failed in a run is left out of all",
    async (tool) => {
      const table = await readRuns(join(fixtures, tool), { score: tool === "inspect" ? "match" : undefined });
      expect(table).toMatchObject({ examples: 19, leftOut: 1 });
      expect(table.failed).toMatchObject([{ rank: 4, seed: 2, examples: 1 }]);
      expect(table.failed![0]!.reason).toContain("no answer came back");
    },
  );
});

describe("damaged files", () => {
  test.each([
    ["r4-s1/a.jsonl", '{"doc_id": 1, "acc"', "must be JSON"],
    [
      "r4-s1/a.jsonl",
      '{"doc_id": 1, "metrics": ["acc"], "filter": "none"}',
      "acc must be between 0 and 1, got none",
    ],
    ["r4-s1/a.jsonl", '{"doc_id": null, "metrics": ["acc"], "acc": 1}', "example is empty"],
    [
      "r4-s1/a.jsonl",
      '{"doc_id": 1, "metrics": ["acc"], "acc": 1}\n[]',
      "line 2: acc must be between 0 and 1, got none",
    ],
    [
      "r4-s1/a.json",
      '{"version": 2, "status": "success", "eval": {}, "samples": 3}',
      "must have a list of samples",
    ],
    ["r4-s1/a.json", '{"version": 2, "status": "success", "eval": ', "must be JSON"],
    [
      "r4-s1/a.json",
      '{"evalId": "x", "results": {"version": 2, "results": []}}',
      "must have results of version 3, got 2",
    ],
    [
      "r4-s1/a.json",
      '{"evalId": "x", "results": {"version": 3, "results": [5, null, []]}}',
      "success must be between",
    ],
    ["r4-s1/details_x.parquet", "PAR1", "must be a Parquet file that can be read"],
  ])("%s with %s", async (path, text, message) => {
    const error = await readRuns(writeRuns({ [path]: text })).catch((cause: Error) => cause);
    expect(error).toMatchObject({ name: "InputError" });
    expect((error as Error).message).toContain(message);
  });

  test("values nested deeper than calls can be are refused", async () => {
    const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
    const log = `{"evalId":"x","results":{"version":3,"results":[{"testIdx":0,"promptIdx":0,"vars":${deep}}]}}`;
    const error = await readRuns(writeRuns({ "r4-s1/x.json": log })).catch((cause: Error) => cause);
    expect(error).toMatchObject({ name: "InputError" });
  });
});

test("a format is told by name and first bytes, and plain outcomes that nobody named by their columns", () => {
  const folder = writeRuns({
    "a.csv": "text,label\n",
    "b.csv": "Example;Correct\n",
    "c.jsonl": '{"cost":1,"example":"a","correct":1}',
    "d.jsonl": '{"cost":0,"promptIdx":0}',
    "e.json": '{"version": 1}',
  });
  const named = (isNamed: boolean) =>
    ["a.csv", "b.csv", "c.jsonl", "d.jsonl", "e.json", "none.json", "none.csv"].map(
      (name) => formatOf(join(folder, name), isNamed)?.name,
    );
  const none = undefined;
  expect(named(true)).toEqual(["outcomes", "outcomes", "outcomes", "promptfoo", none, none, "outcomes"]);
  expect(named(false)).toEqual([none, "outcomes", "outcomes", "promptfoo", none, none, none]);
});
