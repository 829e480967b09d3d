import { expect, test } from "vitest";
import { costsOfTrials } from "../../src/methods/decide-results.ts";
import { exampleTrial } from "../fixtures/results.ts";

test("what a rank trains and writes is known from any of its trials, and nothing measured is told", () => {
  const slow = exampleTrial(4, 1);
  const trials = [
    exampleTrial(32, 0),
    exampleTrial(4, 0),
    { ...slow, measured: { ...slow.measured, seconds: { ...slow.measured.seconds, total: 99 } } },
  ];
  expect(costsOfTrials(trials)).toEqual([
    { rank: 4, params: 464, adapterBytes: 2112 },
    { rank: 32, params: 3264, adapterBytes: 13_312 },
  ]);
});
