import { describe, expect, test } from "vitest";
import { practices, runAccuracies } from "../../bench/practices.ts";
import { nestedTable } from "./tables.ts";

function choices(accuracies: Readonly<Record<number, readonly number[]>>): Record<string, number> {
  const runs = runAccuracies(nestedTable(accuracies));
  return Object.fromEntries(practices.map(({ name, choose }) => [name, choose(runs)]));
}

describe("practices of the study", () => {
  test("one seed looks at the first run, the mean at all, one standard error at the spread of the best rank", () => {
    expect(choices({ 4: [0.9, 0.9, 0.9], 8: [0.89, 0.95, 0.95], 16: [0.85, 0.85, 0.85] })).toMatchObject({
      "one seed, best accuracy": 4,
      "mean over seeds, best accuracy": 8,
      "one standard error": 8,
    });
    expect(choices({ 4: [0.9, 0.9, 0.9], 8: [0.89, 0.91, 0.91] })).toMatchObject({ "one standard error": 4 });
  });

  test("Kneedle takes the bend of a saturating curve, and the end of a curve that bends upwards", () => {
    expect(choices({ 4: [0.5], 8: [0.9], 16: [0.91], 32: [0.92] }).Kneedle).toBe(8);
    expect(choices({ 4: [0.5], 8: [0.51], 16: [0.6], 32: [0.9] }).Kneedle).toBe(32);
  });
});
