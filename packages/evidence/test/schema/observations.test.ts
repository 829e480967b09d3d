import { expect, test } from "vitest";
import { observationNames, observationsOf, unobserved } from "../../src/schema/observations.ts";

const settings = { seed: 3, evaluateEvery: 0.25, epochs: 2 };

test("observations are carried by their names, and those that are absent are not written", () => {
  expect(Object.keys(observationNames)).toEqual(["evaluateEvery"]);
  expect(observationsOf(settings)).toEqual({ evaluateEvery: 0.25 });
  expect(Object.keys(observationsOf({ evaluateEvery: undefined }))).toEqual([]);
});

test("what is unobserved keeps all the rest, and is a copy", () => {
  expect(unobserved(settings)).toEqual({ seed: 3, epochs: 2 });
  expect(settings).toHaveProperty("evaluateEvery");
});
