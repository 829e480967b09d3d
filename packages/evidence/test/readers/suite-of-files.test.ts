import { cpSync, readdirSync } from "node:fs";
import { extname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { decide } from "../../src/index.ts";
import { type ReadOutcomesOptions, readOutcomes } from "../../src/readers/read-outcomes.ts";
import { suiteMetric } from "../../src/readers/rows/suite.ts";
import { fixtures, writeRuns } from "../helpers/evaluators.ts";
import { temporaryFolder } from "../helpers/files.ts";

const suiteOf = (folder: string, choices: ReadOutcomesOptions) =>
  readOutcomes(join(folder, "r{rank}-s{seed}"), { setMetric: suiteMetric(), ...choices });

const bothScores = { score: "acc,exact_match", filter: "none,flexible-extract" } as const;

/** Mean over a rank's runs in a table that Python wrote. */
async function meanIn(table: string, rank: number): Promise<number> {
  const { cells } = await readOutcomes(join(fixtures, table));
  const values = cells.flatMap((cell) => (cell.rank === rank ? Array.from(cell.correct) : []));
  return values.reduce((a, b) => a + b, 0) / values.length;
}

test.each([[["task"]], [["parity", "digits"]]])(
  "lm-eval: a file for each task, suite %j: the mean of the tasks' means as Python reads them",
  async (suite) => {
    const read = await suiteOf(join(fixtures, "lm-eval"), { suite, ...bothScores });
    expect(read).toMatchObject({ tasks: ["digits", "parity"], metric: "task-mean" });
    for (const { rank, scores } of decide(read, { metric: "task-mean" }).ranks) {
      const digits = await meanIn("lm-eval/expected-digits-flexible-extract.csv", rank);
      const parity = await meanIn("lm-eval/expected-parity-acc.csv", rank);
      expect(scores!["task-mean"]).toBeCloseTo((digits + parity) / 2, 12);
    }
  },
);

test.each([
  ["inspect", (run: string) => (run === "r16-s2" ? "sums.json" : "sums.eval"), { score: "match" }],
] as const)("%s: a file that its user named is of the task with its name", async (tool, nameOf, choices) => {
  const folder = temporaryFolder();
  for (const run of ["r4-s1", "r4-s2", "r16-s1", "r16-s2"])
    for (const task of ["a", "b"]) {
      const from = join(fixtures, tool, run, nameOf(run));
      cpSync(from, join(folder, run, `${task}${extname(from)}`));
    }
  const read = await suiteOf(folder, { suite: ["a", "b"], ...choices });
  expect(read).toMatchObject({ tasks: ["a", "b"], examples: 38, leftOut: 2 });
});

test("lighteval: tasks are those of the files' names", async () => {
  const folder = temporaryFolder();
  for (const run of ["r4-s1", "r16-s1"]) {
    const [from = ""] = readdirSync(join(fixtures, "lighteval", run));
    for (const task of ["a", "b"])
      cpSync(join(fixtures, "lighteval", run, from), join(folder, run, from.replace("parity-0", task)));
  }
  const read = await suiteOf(folder, { suite: ["task"], score: "acc" });
  expect(read.tasks).toEqual(["a", "b"]);
});

const sample = (id: number, score: number, metric = "acc") =>
  JSON.stringify({ doc_id: id, metrics: [metric], [metric]: score, filter: "none" });
const file = (scores: readonly number[], metric?: string) =>
  scores.map((score, id) => sample(id, score, metric)).join("\n");

/** Runs of two ranks with tasks of two and three examples that have the same numbers. */
function runs(arc: readonly number[], gsm: readonly number[], gsmMetric?: string): string {
  return writeRuns(
    Object.fromEntries(
      ["r4-s1", "r4-s2", "r8-s1", "r8-s2"].flatMap((run) => [
        [`${run}/samples_arc_2026-01-01T00-00-00.jsonl`, file(arc)],
        [`${run}/samples_gsm_2026-01-01T00-00-00.jsonl`, file(gsm, gsmMetric)],
      ]),
    ),
  );
}

test("examples of two tasks may have the same number", async () => {
  const read = await suiteOf(runs([1, 0], [1, 1, 0]), { suite: ["task"], withNames: true });
  expect(read.exampleNames).toEqual(["arc/0", "arc/1", "gsm/0", "gsm/1", "gsm/2"]);
  expect(read.cells[0]!.secondary).toEqual([
    { name: "arc", values: [1, 0] },
    { name: "gsm", values: [1, 1, 0] },
  ]);
});

describe("a suite is refused", () => {
  test.each<[string, () => string, ReadOutcomesOptions, string]>([
    [
      "of an unknown task",
      () => runs([1, 0], [1, 0]),
      { suite: ["arc", "mmlu"] },
      "of arc and gsm, or task for all, got mmlu",
    ],
    ["of one task", () => runs([1, 0], [1, 0]), { suite: ["arc"] }, "--suite must name two or more tasks"],
    [
      "beside a task",
      () => runs([1, 0], [1, 0]),
      { suite: ["task"], task: "arc" },
      "--task must be left out beside --suite, got arc",
    ],
    [
      "of other units",
      () => runs([1, 0], [12.5, 13.5], "perplexity"),
      { suite: ["task"] },
      "perplexity must be between 0 and 1, got 12.5",
    ],
    [
      "with a score that a task lacks",
      () => runs([1, 0], [1, 0], "f1"),
      { suite: ["task"], score: "acc" },
      "--score must be one of f1 in",
    ],
    [
      "by log losses that the files lack",
      () => runs([1, 0], [1, 0]),
      { suite: ["task"], setMetric: suiteMetric("log-loss") },
      "logLoss",
    ],
  ])("%s", async (_, folder, choices, message) => {
    await expect(suiteOf(folder(), choices)).rejects.toThrow(message);
  });

  test("if a run lacks a task", async () => {
    const folder = writeRuns({
      "r4-s1/samples_arc_2026-01-01T00-00-00.jsonl": file([1, 0]),
      "r4-s1/samples_gsm_2026-01-01T00-00-00.jsonl": file([1, 0]),
      "r8-s1/samples_arc_2026-01-01T00-00-00.jsonl": file([1, 0]),
    });
    await expect(suiteOf(folder, { suite: ["task"] })).rejects.toThrow(
      'rank 8, seed 1 must have all 4 examples, lacks "gsm/0" and 1 more',
    );
  });
});
