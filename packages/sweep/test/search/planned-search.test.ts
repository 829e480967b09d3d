import { expect, test } from "vitest";
import type { ToSearch } from "../../src/plan/searched-settings.ts";
import { plannedSearch } from "../../src/search/planned-search.ts";
import { exampleConfig } from "../helpers/example.ts";

const config = { ranks: [2, 4, 8], data: { ...exampleConfig.data, trainExamples: 400 } };
const targets = ["all-linear", "attention", "mlp"].map((value) => ({ value, targetModules: [value] }));
const plan = (toSearch: ToSearch) => plannedSearch(toSearch, config);

test("a rate takes 3 to 7 short trainings at two ranks, epochs 2 to 4 long ones", () => {
  expect(plan({ learningRate: true })).toEqual({
    ranks: [2, 8],
    trainings: { least: 3, most: 7 },
    work: { least: 1.5, most: 3.5 },
    judgedExamples: 100,
  });
  // three quarters of the examples, at 1 + 2 to 1 + 2 + 4 + 8 times the epochs
  expect(plan({ epochs: true })).toMatchObject({
    trainings: { least: 2, most: 4 },
    work: { least: 2.25, most: 11.25 },
  });
});

test("choices share the training of the defaults with each other and with the rate's search", () => {
  const choices = { targets, scaling: true, alpha: true };
  // 3 + 1 + 2, and two more for each second look
  expect(plan(choices)!.trainings).toEqual({ least: 6, most: 12 });
  expect(plan({ ...choices, learningRate: true })!.trainings).toEqual({ least: 3 + 5, most: 7 + 11 });
});

test("found epochs make the trainings after them up to eight times as long", () => {
  const { work } = plan({ epochs: true, scaling: true })!;
  expect(work).toEqual({ least: 2.25 + 0.5 * 2, most: 11.25 + 0.5 * 8 * 4 });
});

test("nothing is planned where nothing is searched", () => {
  expect(plan({ learningRate: false })).toBeUndefined();
});
