import { expect, test } from "vitest";
import {
  findPoints,
  type PointWorld,
  ranks,
  simulatePoints,
  toldPoint,
} from "../../../bench/point-worlds.ts";
import { decideResults } from "../../../src/index.ts";
import { evaluationOn, halvesOf } from "../../../src/schema/halves.ts";
import { scoresOf } from "../../../src/schema/scores.ts";
import type { Evaluation, TrialResult } from "../../../src/schema/types.ts";

const noise = { stepSd: 0.1, seedStepSd: 0.05 };
const overfitting: PointWorld = { curve: "overfitting", points: 3, examples: 200, seeds: 3, ...noise };
const { trials } = simulatePoints(overfitting, 1);
const sweep = { ranks, seeds: [0, 1, 2], metric: "accuracy", margin: 0.01, confidence: 0.95 } as const;

/** Trials whose evaluations, on the way and last, are changed. */
function changed(change: (evaluation: Evaluation, step?: number) => Evaluation): TrialResult[] {
  return trials.map(({ evaluation, points = [], ...trial }) => ({
    ...trial,
    evaluation: change(evaluation!),
    points: points.map((point) => ({ ...point, evaluation: change(point.evaluation, point.step) })),
  }));
}

test("the best point of trials that overfit is told with its gain, and the answer there", () => {
  const many = simulatePoints({ ...overfitting, examples: 800 }, 1);
  const { points, explanation } = decideResults({ trials: many.trials, sweep });
  expect(points).toMatchObject({
    lastStep: 200,
    chosenBy: "examples",
    choosingExamples: 400,
    scoredExamples: 400,
  });
  expect(points!.step).toBeLessThan(200);
  expect(points!.gainInterval![0]).toBeGreaterThan(0);
  expect(points!.ranks.map(({ curve }) => curve.map(({ step }) => step))).toEqual(
    ranks.map(() => [50, 100, 150, 200]),
  );
  expect(points!.answer).toMatchObject({ verdict: expect.any(String) });
  expect(explanation).toContain("95% confidence). One half of the examples chose the step");
  expect(decideResults({ trials, sweep: { ...sweep, method: "race" } }).points).not.toHaveProperty("answer");
});

test("scores and answer are of the half that did not choose", () => {
  const found = decideResults({ trials, sweep }).points!;
  const { scored } = halvesOf(200);
  const own = trials.filter(({ spec }) => spec.lora.rank === 8);
  const at = own.map(({ points }) => points!.find(({ step }) => step === found.step)!.evaluation);
  const mean =
    at.reduce((sum, one) => sum + scoresOf(evaluationOn(one, scored), "accuracy").accuracy!, 0) / 3;
  expect(found.ranks[1]!.chosen).toBeCloseTo(mean, 12);
  expect(found.gain).toBeCloseTo(
    found.ranks.reduce((sum, rank) => sum + rank.chosen - rank.last, 0) / ranks.length,
    12,
  );
});

test("no step is chosen in place of a last that is better; it has no answer of its own", () => {
  const rising = simulatePoints({ ...overfitting, curve: "rising" }, 2);
  const { points } = decideResults({ trials: rising.trials, sweep });
  expect(points).toMatchObject({ step: 200, lastStep: 200, gain: 0 });
  expect(points).not.toHaveProperty("answer");
  expect(points).not.toHaveProperty("gainInterval");
});

test("only steps that all runs share are compared; without one there is no finding", () => {
  const some = trials.map((trial, i) =>
    i === 0 ? { ...trial, points: trial.points!.filter(({ step }) => step !== 100) } : trial,
  );
  expect(findPoints({ trials: some }).ranks[0]!.curve.map(({ step }) => step)).toEqual([50, 150, 200]);
  const none = trials.map((trial, i) => (i === 0 ? { ...trial, points: [] } : trial));
  expect(decideResults({ trials: none, sweep })).not.toHaveProperty("points");
  const unknown = trials.map(({ steps: _, ...trial }) => trial);
  expect(decideResults({ trials: unknown, sweep })).not.toHaveProperty("points");
});

test("one seed has scores and no interval", () => {
  const one = trials.filter(({ spec }) => spec.seed === 0);
  const { points } = decideResults({ trials: one, sweep: { ...sweep, seeds: [0] } });
  expect(points!.chosenBy).toBe("examples");
  expect(points).not.toHaveProperty("gainInterval");
});

test("groups stay whole, and their number limits what is shown", () => {
  const validationGroups = Array.from({ length: 200 }, (_, example) => Math.floor(example / 40));
  const { points } = decideResults({ trials, sweep, data: { validationGroups } });
  expect([points!.choosingExamples! % 40, points!.scoredExamples! % 40]).toEqual([0, 0]);
  const together = { validationGroups: validationGroups.map((group) => Math.min(1, group)) };
  expect(decideResults({ trials, sweep, data: together })).not.toHaveProperty("points");
});

test("examples that a judge left out of one point count at none", () => {
  const judged = changed((evaluation, step) => ({
    ...evaluation,
    answers: evaluation.correct.map((_, example) => ({
      text: "",
      ...(step === 50 && example < 20 ? { leftOut: true as const } : {}),
    })),
  }));
  const { choosingExamples, scoredExamples, ranks: found } = decideResults({ trials: judged, sweep }).points!;
  expect(choosingExamples! + scoredExamples!).toBe(180);
  const { correct } = judged[0]!.evaluation!;
  const kept = correct.slice(20).reduce((sum, value) => sum + value, 0) / 180;
  const ofSeed0 = decideResults({ trials: judged.filter(({ spec }) => spec.seed === 0), sweep }).points!;
  expect(ofSeed0.ranks[0]!.curve.at(-1)!.score).toBeCloseTo(kept, 12);
  expect(found).toHaveLength(4);
});

test("F1 is worked out on each half; a half without both classes has no finding", () => {
  const classified = (positives: number) =>
    changed((evaluation) => {
      const labels = evaluation.correct.map((_, example) => (example % 200 < positives ? 1 : 0));
      return {
        ...evaluation,
        labels,
        predictions: labels.map((label, e) => (evaluation.correct[e] ? label : 1 - label)),
      };
    });
  const byF1 = { ...sweep, metric: "f1" } as const;
  const many = classified(80);
  const { points } = decideResults({ trials: many, sweep: byF1 });
  const { scored } = halvesOf(200);
  const own = many.filter(({ spec }) => spec.lora.rank === 2);
  const f1 = own.map(({ evaluation }) => scoresOf(evaluationOn(evaluation!, scored), "f1").scores!.f1!);
  expect(points!.ranks[0]!.last).toBeCloseTo((f1[0]! + f1[1]! + f1[2]!) / 3, 12);
  expect(decideResults({ trials: classified(2), sweep: byF1 })).not.toHaveProperty("points");
});

test("no rank of a sweep is named because smaller ones collapsed; the rate is named", () => {
  const collapsed = trials.map((trial) => ({
    ...trial,
    spec: { ...trial.spec, optimizer: { learningRate: 0.002 } } as never,
    ...(trial.spec.lora.rank < 128
      ? { evaluation: { correct: trial.evaluation!.correct.map(() => 0) } as never }
      : {}),
  }));
  const { fell, verdict, explanation, points } = decideResults({ trials: collapsed, sweep });
  expect(verdict).toBe("inconclusive");
  expect(fell).toMatchObject({
    hidesRanks: true,
    ranks: [2, 8, 32].map((rank) => ({ rank, rate: 0.002, runs: 3, of: 3, last: 0 })),
  });
  expect(explanation).toMatch(/^Runs collapsed on the way/);
  expect(explanation).toMatch(
    /Rank 2 collapsed on the way at learning rate 0\.002: from \d\d\.\d% to 0\.0%\./,
  );
  expect(explanation).not.toMatch(/Go above|Add rank|Use rank/);
  expect(points!.step).toBeLessThan(200);
});

test("a point on other examples than its trial is an error that names it", () => {
  const short = changed((evaluation, step) =>
    step === 100 ? { ...evaluation, correct: evaluation.correct.slice(1) } : evaluation,
  );
  expect(() => decideResults({ trials: short, sweep })).toThrow(
    "rank 2, seed 0: the outcomes after step 100 must be of 200 examples, got 199",
  );
});

// The whole simulation: bench/points.md.
test("halves do not flatter these runs, as one choice on all examples does", () => {
  const world: PointWorld = { curve: "flat", points: 5, examples: 100, seeds: 3, ...noise };
  const told = Array.from({ length: 120 }, (_, draw) => toldPoint(world, draw));
  const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
  const [halves, naive] = [
    mean(told.map((one) => one.ofTheseRuns)),
    mean(told.map((one) => one.naiveOfTheseRuns)),
  ];
  // Standard errors of the means are 0.12 and 0.06 points.
  expect(Math.abs(halves)).toBeLessThan(0.0035);
  expect(naive).toBeGreaterThan(0.003);
  const wrongly = told.filter(({ interval }) => (interval?.[0] ?? 0) > 0);
  expect(wrongly.length).toBeLessThanOrEqual(6);
});
