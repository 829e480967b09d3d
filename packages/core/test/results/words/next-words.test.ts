import { expect, test } from "vitest";
import { claim } from "../../../src/results/claims/make-claim.ts";
import { commandChange } from "../../../src/results/words/next-words.ts";

const needed = { examples: 4000, seeds: 9, now: { examples: 1000, seeds: 4 } };

test("more seeds and larger ranks go on with the sweep, other settings make another one", () => {
  expect(commandChange(claim("needed", { ...needed, to: "settle" }))).toEqual({
    flags: [["--seeds", "9"]],
    extends: true,
  });
  expect(commandChange(claim("try-larger", { rank: 64, until: 32 }))).toEqual({
    flags: [["--ranks", "64"]],
    extends: true,
  });
  expect(commandChange(claim("train-longer", { epochs: 6, maySpeedDiffer: true }))).toEqual({
    flags: [["--epochs", "6"]],
    extends: false,
  });
});

test("no flag helps where more examples are needed, the labels are wrong, or the verdict is settled", () => {
  const same = { ...needed, seeds: 4 };
  expect(commandChange(claim("needed", { ...same, to: "settle" }))).toBeUndefined();
  expect(commandChange(claim("needed", { ...needed, to: "smaller" }))).toBeUndefined();
  expect(commandChange(claim("check-labels", { thenSearch: false }))).toBeUndefined();
  expect(commandChange(claim("no-design-settles", {}))).toBeUndefined();
});
