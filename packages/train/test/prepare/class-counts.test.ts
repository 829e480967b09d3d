import { expect, test } from "vitest";
import { classCounts } from "../../src/prepare/prepare-training.ts";
import { asLanguage, tinyDataset } from "../helpers/tiny.ts";

test("counts each class in both parts, also one that validation does not have", () => {
  const { validation, ...data } = tinyDataset(5, 12);
  const eights = validation.filter(({ label }) => label === 1);
  expect(classCounts({ ...data, validation: eights })).toEqual([
    { label: "seven", train: 3, validation: 0 },
    { label: "eight", train: 2, validation: 6 },
  ]);
  expect(classCounts(asLanguage(tinyDataset()))).toBeUndefined();
});
