import { afterAll, beforeAll, expect, test } from "vitest";
import { columns } from "../../src/columns/columns.ts";
import {
  outcomeColumns,
  outcomeFields,
  type ValueColumn,
  type ValueField,
  valueColumns,
} from "../../src/columns/outcome-columns.ts";
import { share } from "../../src/columns/rules.ts";
import { outcomesFromTrials } from "../../src/decide/outcomes-from-trials.ts";
import { decide } from "../../src/index.ts";
import { readRun } from "../../src/readers/read-run.ts";
import { readRuns } from "../../src/readers/read-runs.ts";
import { allMetrics, type Metric, type MetricName, metrics } from "../../src/schema/metric.ts";
import { evaluationOf, scoreIn } from "../../src/schema/scores.ts";
import { exampleTrial } from "../fixtures/results.ts";
import { written } from "../helpers/written-scores.ts";

// A metric with a column of its own: a row of metrics and a row of columns, and nothing else in src but types.
const field = "probability" as ValueField;
const column = {
  ...share,
  in: { outcomes: "prob" },
  member: "probabilities" as ValueColumn["member"],
  ofPrior: (own: number) => own,
};
const name = "brier" as MetricName;
const { field: _, intervalField: __, ...logLoss } = metrics["log-loss"];
const metric: Metric = { ...logLoss, name, range: [0, 1], column: field, ofCell: (p) => (1 - p) ** 2 };

beforeAll(() => {
  Object.assign(columns, { [field]: column });
  Object.assign(outcomeColumns, { [field]: column });
  valueColumns.push([field, column]);
  outcomeFields.push(field);
  Object.assign(metrics, { [name]: metric });
  (allMetrics as Metric[]).push(metric);
});
afterAll(() => {
  for (const table of [columns, outcomeColumns]) delete (table as Record<string, unknown>)[field];
  valueColumns.pop();
  outcomeFields.pop();
  delete (metrics as Record<string, unknown>)[name];
  (allMetrics as Metric[]).pop();
});

/** Two ranks under two seeds: the larger gives the truth 0.8 or 0.9, the smaller 0.3 or 0.7. */
const rows = [1, 8].flatMap((rank) =>
  [0, 1].flatMap((seed) =>
    Array.from({ length: 400 }, (_, example) => {
      const p = rank === 8 ? 0.8 + 0.1 * ((example + seed) % 2) : 0.3 + 0.4 * ((example + seed) % 2);
      return `${rank},${seed},${example},${Number(p > 0.5)},${p},${example % 2}`;
    }),
  ),
);

async function outcomesOf(text: string, averageOver?: string) {
  const read = await readRuns(written("outcomes.csv", text), { averageOver });
  if (read?.kind !== "outcomes") throw new Error("the table must have outcomes");
  const { kind: _, ...table } = read;
  return table;
}

test("a table's column is read by its other name, and decides against the class prior", async () => {
  const table = await outcomesOf(["rank,seed,example,correct,Prob,label", ...rows].join("\n"));
  const decision = decide(table, { metric: name, margin: 0.01 });
  // by hand: (0.2² + 0.1²) / 2, and 0.25 for half of each of two classes
  expect(scoreIn(decision.ranks[1], metric)).toBeCloseTo(0.025, 12);
  expect(decision.bestRank).toBe(8);
  expect(decision.classPrior!.ranks[1]!.scores![name]).toBeCloseTo(0.225, 12);
});

test("its cells follow its rule, and are averaged", async () => {
  const text = (p: number) => `rank,seed,example,task,correct,probability\n4,0,a,x,1,0.5\n4,0,a,y,1,${p}\n`;
  expect(await outcomesOf(text(0.7), "task")).toMatchObject({ cells: [{ [field]: Float64Array.of(0.6) }] });
  await expect(outcomesOf(text(1.5), "task")).rejects.toThrow(
    "probability must be between 0 and 1 in every row, got 1.5",
  );
});

test("a run's own file becomes an evaluation with it, and the trial an outcome", async () => {
  const file = written("run.csv", "example,correct,probability\na,1,0.75\nb,0,0.25\n");
  const evaluation = evaluationOf(await readRun(file, { rank: 4, seed: 0 }), [1, 0]);
  expect(evaluation).toEqual({ accuracy: 0.5, correct: [0, 1], probabilities: [0.25, 0.75] });
  const trial = { ...exampleTrial(4, 0), status: "completed" as const, evaluation };
  expect(outcomesFromTrials([trial]).cells[0]).toMatchObject({ [field]: [0.25, 0.75] });
});
