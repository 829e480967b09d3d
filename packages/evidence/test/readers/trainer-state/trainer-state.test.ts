import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { decideScores } from "../../../src/index.ts";
import { isScores, readScores } from "../../../src/readers/read-runs.ts";
import { isOutcomes } from "../../../src/readers/run-files.ts";
import { temporaryFolder, writeBelow } from "../../helpers/files.ts";

const fixtures = fileURLToPath(new URL("../../fixtures", import.meta.url));

test("the logs of transformers' Trainer; checkpoints have earlier ones", async () => {
  const pattern = join(fixtures, "trainer-state", "r{rank}-s{seed}");
  expect(isScores(pattern)).toBe(true);
  const { runs, column, notes } = await readScores(pattern);
  expect(column).toBe("eval_accuracy");
  expect(runs.map(({ onTheWay: _, ...run }) => run)).toEqual([
    { rank: 2, seed: 0, score: 0.66 },
    { rank: 2, seed: 1, score: 0.625 },
    { rank: 4, seed: 0, score: 0.63 },
    { rank: 4, seed: 1, score: 0.725 },
  ]);
  expect(runs.at(-1)!.onTheWay).toEqual({
    points: [
      { step: 8, score: 0.59 },
      { step: 16, score: 0.645 },
      { step: 24, score: 0.695 },
    ],
    ...{ lastStep: 32, best: 0.725 },
  });
  expect(decideScores({ runs }, { metric: "accuracy" }).points).toMatchObject({
    ...{ lastStep: 32, chosenBy: "other-seeds" },
    ranks: [{ rank: 2 }, { rank: 4 }],
  });
  expect(notes).toEqual([
    expect.stringContaining("eval_accuracy of the last evaluation (step 32)."),
    "The log also has eval_loss; --metric eval_loss judges by it.",
  ]);
  expect(await readScores(pattern, { metric: "loss" })).toMatchObject({
    column: "eval_loss",
    metric: "log-loss",
  });
});
test("the same without the rank in the path: adapter_config.json has it", async () => {
  const { runs } = await readScores(join(fixtures, "trainer-state", "*-s{seed}"));
  expect(runs.map(({ rank }) => rank)).toEqual([2, 2, 4, 4]);
});
test("a log that is damaged is named", async () => {
  const path = writeBelow(temporaryFolder(), "r4-s0/trainer_state.json", '{"log_history": 7}');
  await expect(readScores(join(dirname(dirname(path)), "r{rank}-s{seed}"))).rejects.toThrow(
    /trainer_state\.json: log_history must be an array, got 7/,
  );
  expect(isOutcomes(path)).toBe(false);
});

test("a log may have NaN where a loss was none, as Python writes it", async () => {
  const history = '[{"loss": NaN, "step": 1}, {"eval_loss": 0.5, "step": 2}]';
  const path = writeBelow(temporaryFolder(), "r4-s0/trainer_state.json", `{"log_history": ${history}}`);
  const { runs } = await readScores(join(dirname(dirname(path)), "r{rank}-s{seed}"));
  expect(runs).toEqual([{ rank: 4, seed: 0, score: 0.5 }]);
});
