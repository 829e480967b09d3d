import { expect, test } from "vitest";
import { readTable } from "../../helpers/written-scores.ts";

const header = "model,rank,lr,seed,step,accuracy,train_acc";
/** Rows of a run at steps 0, 5 and 10. */
const rows = (rank: number, seed: number, scores: readonly (number | string)[]) =>
  scores.map((score, i) => `m,${rank},0.001,${seed},${5 * i},${score},0.${i}`);

test("a row for each step is a point of its run, whose last row has its score", async () => {
  const text = [
    header,
    ...rows(2, 0, [0.5, 0.7, 0.6]),
    ...rows(2, 1, [0.5, 0.6, 0.65]),
    ...rows(4, 0, [0.5, 0.6, 0.7]),
  ];
  const { runs, notes } = await readTable(text.join("\n"));
  expect(runs).toHaveLength(3);
  expect(runs[0]).toEqual({
    ...{ rank: 2, seed: 0, rate: 0.001, score: 0.6 },
    onTheWay: {
      points: [
        { step: 0, score: 0.5 },
        { step: 5, score: 0.7 },
      ],
      ...{ lastStep: 10, best: 0.7 },
    },
  });
  expect(notes[0]).toMatch(/^Read 3 runs of .*: accuracy at the last step by rank and seed\.$/);
});

test("steps without a score are no points; percentages become shares", async () => {
  const text = [header, ...rows(2, 0, ["", 70, 60]), ...rows(4, 0, [50, "", 80])].join("\n");
  const { runs, notes } = await readTable(text);
  expect(runs.map(({ score, onTheWay }) => [score, onTheWay?.points])).toEqual([
    [0.6, [{ step: 5, score: 0.7 }]],
    [0.8, [{ step: 0, score: 0.5 }]],
  ]);
  expect(notes).toContain("Left out 2 rows: without a score.");
});

test("runs that differ in a setting stay apart, and are refused as before", async () => {
  const other = rows(2, 0, [0.5, 0.6, 0.7]).map((row) => row.replace("m,", "n,"));
  const text = [header, ...rows(2, 0, [0.5, 0.7, 0.6]), ...other, ...rows(4, 0, [0.5, 0.6, 0.7])].join("\n");
  await expect(readTable(text)).rejects.toThrow(
    /rank 2 at rate 0.001, seed 0 must occur once .*\n.*model \(m and n\)/,
  );
});

test("one row a run with its last step is no point", async () => {
  const { runs } = await readTable("rank,seed,_step,accuracy\n2,0,90,0.5\n2,1,100,0.6\n4,0,90,0.7\n");
  expect(runs.map(({ score, onTheWay }) => [score, onTheWay])).toEqual([
    [0.5, undefined],
    [0.6, undefined],
    [0.7, undefined],
  ]);
});

test("of a best and a final score the final is judged, and the best is known beside it", async () => {
  const table = "lora_rank,lr,seed,best_eval_acc,final_eval_acc\n1,2e-4,42,0.86,0.86\n16,2e-4,42,0.862,0\n";
  const { runs, column, metric, notes } = await readTable(table);
  expect({ column, metric }).toEqual({ column: "final_eval_acc", metric: "accuracy" });
  expect(runs).toEqual([
    { rank: 1, seed: 42, rate: 0.0002, score: 0.86, onTheWay: { best: 0.86 } },
    { rank: 16, seed: 42, rate: 0.0002, score: 0, onTheWay: { best: 0.862 } },
  ]);
  expect(notes).toHaveLength(1);
  const percent = await readTable("rank,seed,best_acc,acc\n1,0,86,80\n2,0,88,88\n");
  expect(percent.runs[0]).toMatchObject({ score: 0.8, onTheWay: { best: 0.86 } });
});

test("a best alone is a score like any other", async () => {
  const { column, runs } = await readTable("rank,seed,best_eval_accuracy\n1,0,0.86\n2,0,0.88\n");
  expect(column).toBe("best_eval_accuracy");
  expect(runs[0]).not.toHaveProperty("onTheWay");
});
