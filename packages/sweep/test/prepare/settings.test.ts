import { expect, test } from "vitest";
import { type SweepSettings, seedsOf, trainingOf } from "../../src/prepare/settings.ts";

const asked = (settings: Partial<SweepSettings> = {}): SweepSettings => ({
  model: "m",
  data: [],
  ...settings,
});

test("seeds are so many, or those", () => {
  expect(seedsOf(asked())).toEqual([1, 2, 3, 4, 5]);
  expect(seedsOf(asked({ seeds: 2 }))).toEqual([1, 2]);
  expect(seedsOf(asked({ seeds: [7, 3] }))).toEqual([7, 3]);
});

test("a search begins with the defaults", () => {
  const searched = trainingOf(asked({ learningRate: "auto", epochs: "auto" }));
  expect(searched).toMatchObject({ learningRate: undefined, epochs: undefined });
  expect(trainingOf(asked({ learningRate: 0.02, epochs: 3 }))).toMatchObject({
    learningRate: 0.02,
    epochs: 3,
  });
});
