import { expect, test } from "vitest";
import { claim } from "../../src/claims/claim.ts";
import { commandChange } from "../../src/words/next-words.ts";

const needed = { examples: 4000, seeds: 9, onlySeeds: 12, rank: 4, now: { examples: 1000, seeds: 4 } };

test("more seeds and larger ranks go on with the sweep, other settings make another one", () => {
  expect(commandChange(claim.next("needed", { ...needed, to: "settle" }))).toEqual({
    flags: [["--seeds", "12"]],
    sweep: "extended",
  });
  expect(commandChange(claim.next("try-larger", { rank: 64, until: 32 }))).toEqual({
    flags: [["--ranks", "64"]],
    sweep: "extended",
  });
  expect(commandChange(claim.next("train-longer", { epochs: 6, maySpeedDiffer: true }))).toEqual({
    flags: [["--epochs", "6"]],
    sweep: "anew",
  });
  expect(commandChange(claim.next("compare-rslora", { alpha: 16 }))).toEqual({
    flags: [
      ["--scaling", "rslora"],
      ["--alpha", "16"],
    ],
    sweep: "anew",
  });
});

test("a rate that is searched makes another sweep, with a fixed alpha where the update grew with the rank", () => {
  const searched = { flags: [["--learning-rate", "auto"]], sweep: "anew" };
  expect(commandChange(claim.next("lower-rate", { now: 0.01 }))).toEqual(searched);
  expect(commandChange(claim.next("search-rate", { holdUpdate: false }))).toEqual(searched);
  expect(commandChange(claim.next("search-rate", { holdUpdate: true }))).toEqual({
    flags: [...searched.flags, ["--scaling", "lora"]],
    sweep: "anew",
  });
  expect(commandChange(claim.next("check-labels", { thenSearch: true }))).toEqual({
    flags: [...searched.flags, ["--epochs", "auto"]],
    sweep: "anew",
  });
});

test("other rates are tried in the same folder, by a flag without a value", () => {
  expect(commandChange(claim.next("try-rates", {}))).toEqual({
    flags: [["--robustness"]],
    sweep: "extended",
  });
});

test("one seed asks for more, whatever else it takes", () => {
  const { onlySeeds: _, ...both } = needed;
  expect(commandChange(claim.next("needed", { ...both, to: "at-least" }))?.flags).toEqual([["--seeds", "9"]]);
});

test("no flag helps where more examples are needed, or the labels are wrong", () => {
  const { onlySeeds: _, ...both } = needed;
  expect(commandChange(claim.next("needed", { ...both, to: "settle" }))).toBeUndefined();
  const oneSeed = { ...both, seeds: 1, now: { ...both.now, seeds: 1 } };
  expect(commandChange(claim.next("needed", { ...oneSeed, to: "at-least" }))).toBeUndefined();
  expect(commandChange(claim.next("check-labels", { thenSearch: false }))).toBeUndefined();
  expect(commandChange(claim.next("no-design-settles", {}))).toBeUndefined();
});

test("what has no result is run again in the folder as it is", () => {
  const asItIs = { flags: [], sweep: "as-it-is" };
  expect(commandChange(claim.next("resume", { done: 1, total: 2 }))).toEqual(asItIs);
  expect(commandChange(claim.next("run-missing", { ranks: [4], runs: 2 }))).toEqual(asItIs);
  expect(commandChange(claim.next("leave-out", { ranks: [64], others: [4, 8] }))?.flags).toEqual([
    ["--ranks", "4,8"],
  ]);
  expect(commandChange(claim.next("retry-out-of-memory", { ranks: [4] }))?.flags).toEqual([
    ["--retry-out-of-memory"],
  ]);
});
