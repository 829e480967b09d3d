import { expect, test } from "vitest";
import { decideScores } from "../../../src/index.ts";

/** Runs by rank and seed with their scores after steps 10, 20 and 30. */
function runsOf(scores: Readonly<Record<number, readonly (readonly [number, number, number])[]>>) {
  return Object.entries(scores).flatMap(([rank, runs]) =>
    runs.map(([a, b, score], seed) => ({
      ...{ rank: Number(rank), seed, score },
      onTheWay: {
        points: [
          { step: 10, score: a },
          { step: 20, score: b },
        ],
        ...{ lastStep: 30, best: Math.max(a, b, score) },
      },
    })),
  );
}

test("each seed is scored at the step that the others choose; the step named is chosen on all", () => {
  const runs = runsOf({
    2: [
      [0.5, 0.62, 0.6],
      [0.5, 0.61, 0.59],
      [0.71, 0.55, 0.6],
    ],
  });
  const { points } = decideScores({ runs }, { metric: "accuracy" });
  // All: 0.570, 0.593 and 0.597; without seed 0 the first, without seed 1 the first, without seed 2 the second.
  expect(points).toMatchObject({ step: 30, lastStep: 30, chosenBy: "other-seeds", gain: 0 });
  const better = runsOf({
    2: [
      [0.5, 0.63, 0.6],
      [0.5, 0.62, 0.59],
      [0.74, 0.58, 0.6],
    ],
  });
  const found = decideScores({ runs: better }, { metric: "accuracy" }).points!;
  // All: 0.580, 0.610 and 0.597; without seed 0 or 1 the first, without seed 2 the second.
  expect(found.step).toBe(20);
  expect(found.ranks[0]!.chosen).toBeCloseTo((0.5 + 0.5 + 0.58) / 3, 12);
  expect(found.gain).toBeCloseTo((0.5 + 0.5 + 0.58 - 0.6 - 0.59 - 0.6) / 3, 12);
  expect(found.gainInterval![0]).toBeLessThan(found.gain);
  expect(found.ranks[0]!.curve.map(({ step }) => step)).toEqual([10, 20, 30]);
});

test("single runs choose for themselves, and runs without shared steps tell nothing", () => {
  const runs = runsOf({ 2: [[0.5, 0.63, 0.6]], 4: [[0.5, 0.64, 0.6]] });
  const { points } = decideScores({ runs }, { metric: "accuracy" });
  expect(points).toMatchObject({ step: 20, chosenBy: "same-runs" });
  expect(points!.gain).toBeCloseTo(0.035, 12);
  expect(points).not.toHaveProperty("gainInterval");
  const [first, second] = runs as [(typeof runs)[0], (typeof runs)[0]];
  const other = { ...second, onTheWay: { ...second.onTheWay, points: [{ step: 15, score: 0.6 }] } };
  expect(decideScores({ runs: [first, other] }, { metric: "accuracy" })).not.toHaveProperty("points");
});
