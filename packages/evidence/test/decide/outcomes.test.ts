import { describe, expect, test } from "vitest";
import { comparedIn } from "../../src/claims/compared.ts";
import { failureReasons } from "../../src/claims/failure-words.ts";
import { type EvaluatedTrial, outcomesFromTrials } from "../../src/decide/outcomes-from-trials.ts";
import { pairedDesign } from "../../src/decide/paired-design.ts";
import { accuracyOf } from "../../src/schema/scores.ts";
import type { EngineSpec } from "../../src/schema/types.ts";
import { exampleTrial } from "../fixtures/results.ts";

function trial(
  rank: number,
  seed: number,
  correct: readonly number[],
): EvaluatedTrial & { readonly spec: EngineSpec } {
  const { spec } = exampleTrial(rank, seed);
  const accuracy = correct.reduce((sum, value) => sum + value, 0) / correct.length;
  return {
    spec,
    status: "completed",
    evaluation: { accuracy, logLoss: 0.5, correct, logLosses: correct.map(() => 0.5) },
  };
}

function diverged(rank: number, seed: number): EvaluatedTrial {
  return { spec: exampleTrial(rank, seed).spec, status: "diverged" };
}

describe("outcomesFromTrials", () => {
  test("orders ranks as numbers and keeps each trial's outcomes", () => {
    const table = outcomesFromTrials([
      trial(32, 0, [1, 1]),
      trial(4, 0, [0, 1]),
      trial(4, 1, [1, 1]),
      trial(32, 1, [1, 0]),
    ]);
    expect(table.ranks).toEqual([4, 32]);
    expect(table.seeds).toEqual([0, 1]);
    expect(table.examples).toBe(2);
    expect(table.cells.find((cell) => cell.rank === 32 && cell.seed === 1)?.correct).toEqual([1, 0]);
    expect(table.failures).toEqual([]);
  });

  test("an example that a judge left out of one run is left out of all, with its group", () => {
    const judged = (
      rank: number,
      correct: readonly number[],
      ...leftOut: readonly number[]
    ): EvaluatedTrial => {
      const run = trial(rank, 0, correct);
      const answers = correct.map((_, i) => ({
        text: "",
        ...(leftOut.includes(i) ? { leftOut: true as const } : {}),
      }));
      return { ...run, evaluation: { ...run.evaluation!, answers } };
    };
    const table = outcomesFromTrials([judged(4, [1, 0, 0.5], 1), judged(32, [0, 1, 1])], [7, 8, 9]);
    expect(table.examples).toBe(2);
    expect(table.cells.map(({ correct, logLoss, groups }) => [correct, logLoss, groups])).toEqual([
      [
        [1, 0.5],
        [0.5, 0.5],
        [7, 9],
      ],
      [
        [0, 1],
        [0.5, 0.5],
        [7, 9],
      ],
    ]);
    const { evaluation } = judged(4, [1, 0, 0.5], 1);
    expect(accuracyOf(evaluation!)).toBe(0.75);
    expect(() => outcomesFromTrials([judged(4, [0, 1], 0), judged(32, [1, 0], 1)])).toThrow(
      "each of 2 examples was left out of a run by the judge",
    );
  });

  test("keeps a diverged trial and a trial that is absent from the grid as failures", () => {
    const table = outcomesFromTrials([trial(4, 0, [1, 0]), diverged(4, 1), trial(32, 0, [1, 1])]);
    expect(table.failures).toEqual([
      { rank: 4, seed: 1, status: "diverged" },
      { rank: 32, seed: 1, status: "missing" },
    ]);
  });

  test("keeps a trial without a result as a failure, whose reason is why its rank is not compared", () => {
    const failed = [1, 2].map((seed) => ({
      ...{ rank: 8, seed, output: "KeyError" },
      reason: `the command exited with code ${seed}`,
    }));
    const table = outcomesFromTrials([trial(4, 1, [1, 0]), trial(4, 2, [1, 1])], undefined, failed);
    expect(table.ranks).toEqual([4, 8]);
    expect(table.failures).toEqual(
      failed.map(({ rank, seed, reason }) => ({ rank, seed, reason, status: "failed" })),
    );
    const [{ cause } = { cause: undefined }] = pairedDesign(table).excluded;
    expect(cause?.kind === "failed" && failureReasons.failed(cause, "accuracy", comparedIn())).toBe(
      "none of its 2 runs completed (failed: the command exited with code 1, among others)",
    );
  });

  test("names every trial that does not fit the others", () => {
    const other = trial(8, 0, [1, 0]);
    const foreign = {
      ...other,
      spec: { ...other.spec, data: { ...other.spec.data, sha256: "0".repeat(64) } },
    };
    const { evaluation: _, ...empty } = trial(16, 0, [1, 0]);
    expect(() =>
      outcomesFromTrials([trial(4, 0, [1, 0]), trial(4, 0, [1, 0]), foreign, empty, trial(32, 0, [1])]),
    ).toThrow(
      expect.objectContaining({
        code: "E_OUTCOMES",
        message: [
          "the outcomes have 5 problems:",
          "  rank 4, seed 0: must occur once, got it again",
          "  rank 8, seed 0: base, data, task and answers, or the trainer, must be those of the first trial",
          "  rank 16, seed 0: evaluation must be present in a completed trial",
          "  rank 32, seed 0: correct must have 2 values, got 1",
          "  rank 32, seed 0: logLosses must have 2 values, got 1",
        ].join("\n"),
      }),
    );
  });

  test("refuses a log loss whose square would be infinite", () => {
    const { evaluation, ...rest } = trial(4, 0, [1, 0]);
    const wrong = { ...rest, evaluation: { ...evaluation!, logLosses: [0.5, 1e308] } };
    expect(() => outcomesFromTrials([wrong])).toThrow(
      "rank 4, seed 0: each of logLosses must be a number from 0 to 1000000000, got 1e+308",
    );
  });
});
