import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isScores, readScores } from "../../../src/readers/read-runs.ts";
import { isOutcomes } from "../../../src/readers/run-files.ts";
import { cellsOf, fixtures, readRuns, writeRuns } from "../../helpers/evaluators.ts";

type Values = Readonly<Record<string, number | string>>;

/** Averages as lm-evaluation-harness 0.4.9 writes them. */
const averages = (results: Readonly<Record<string, Values>>, more: object = {}) =>
  JSON.stringify({
    results,
    higher_is_better: { qa: { exact_match: true }, gap: { bias: false } },
    "n-samples": { qa: { original: 200, effective: 150 }, sst2: { original: 872, effective: 872 } },
    config: { model: "hf" },
    ...more,
  });
const sst2 = (acc: number) =>
  averages({ sst2: { alias: "sst2", sample_len: 872, "acc,none": acc, "acc_stderr,none": 0.01 } });

const file = "model/results_2026-11-29T12-00-00.000001.json";
const patternIn = (folder: string) => join(folder, "r{rank}-s{seed}");

test("averages of lm-eval are a score of each run, with the number of examples", async () => {
  const pattern = patternIn(
    writeRuns({
      [`r4-s1/${file}`]: sst2(0.81),
      [`r4-s2/${file}`]: sst2(0.82),
      [`r16-s1/${file}`]: sst2(0.85),
      // An earlier evaluation, and a file of something else.
      "r16-s1/model/results_2026-11-28T12-00-00.000001.json": sst2(0.5),
      "r16-s1/model/results_table.json": "[]",
    }),
  );
  expect([isScores(pattern), isOutcomes(pattern)]).toEqual([true, false]);
  const { runs, metric, examples, notes } = await readScores(pattern);
  expect({ metric, examples }).toEqual({ metric: "accuracy", examples: 872 });
  expect(runs).toEqual([
    { rank: 16, seed: 1, score: 0.85 },
    { rank: 4, seed: 1, score: 0.81 },
    { rank: 4, seed: 2, score: 0.82 },
  ]);
  expect(notes[0]).toContain("Read 3 runs of");
  expect(notes[0]).toContain("acc,none of the task sst2, as averages.");
});

test("averages that lm-evaluation-harness 0.4.13 wrote are the means of its samples", async () => {
  const evaluated = join(fixtures, "lm-eval");
  const run = join(evaluated, "r16-s2");
  const name = readdirSync(run).find((one) => one.startsWith("results_"))!;
  const pattern = patternIn(writeRuns({ [`r16-s2/model/${name}`]: readFileSync(join(run, name), "utf8") }));
  const samples = await readRuns(evaluated, { task: "parity", score: "acc" });
  const [, , ...correct] = cellsOf(samples).find(([rank, seed]) => rank === 16 && seed === 2)! as number[];
  const mean = correct.reduce((sum, one) => sum + one, 0) / correct.length;
  expect(mean).toBe(0.55);
  expect(await readScores(pattern, { task: "parity", metric: "acc" })).toMatchObject({
    runs: [{ rank: 16, seed: 2, score: mean }],
    examples: correct.length,
  });
  const digits = { task: "digits", filter: "flexible-extract" };
  expect((await readScores(pattern, digits)).runs).toEqual([{ rank: 16, seed: 2, score: 0.1 }]);
});

test("the task and the filter are chosen where there are several; the file says which side is better", async () => {
  const both = averages({
    qa: { "exact_match,strict": 0.2, "exact_match,flexible": 0.4, "exact_match_stderr,strict": 0.1 },
    gap: { "bias,none": 3 },
  });
  const pattern = patternIn(writeRuns({ [`r4-s1/${file}`]: both }));
  await expect(readScores(pattern)).rejects.toThrow(/--task must be one of gap, qa in .*, got none/);
  await expect(readScores(pattern, { task: "qa" })).rejects.toThrow(
    /^--filter must be one of flexible, strict in .*, got none$/,
  );
  await expect(readScores(pattern, { task: "qa", needsMargin: true })).rejects.toThrow(
    /^--filter must be .*\n--margin is needed, in the unit of exact_match, such as --margin 0\.01$/,
  );
  const { runs, metric, examples } = await readScores(pattern, { task: "qa", filter: "strict" });
  expect({ runs, metric, examples }).toEqual({
    runs: [{ rank: 4, seed: 1, score: 0.2 }],
    metric: "higher:exact_match",
    examples: 150,
  });
  expect(await readScores(pattern, { task: "gap", metric: "bias" })).toMatchObject({ metric: "lower:bias" });
});

test("the rank is in the path or in adapter_config.json, else it is asked for", async () => {
  const folder = writeRuns({
    [`a/${file}`]: sst2(0.8),
    "a/adapter_config.json": '{"r": 32}',
    [`b/${file}`]: sst2(0.9),
  });
  expect((await readScores(join(folder, "a*"))).runs).toEqual([{ rank: 32, score: 0.8 }]);
  await expect(readScores(join(folder, "*"))).rejects.toThrow(
    /must have \{rank\}, or an adapter_config\.json/,
  );
});
