import { expect, test } from "vitest";
import { completionTokensOf } from "../../src/data/completion-tokens.ts";
import { completionBits } from "../../src/evaluate/completion-bits.ts";
import { trialInputs } from "../../src/node/trial-inputs.ts";
import { openTrial } from "../../src/trial/run-trial.ts";
import { asLanguage, tinyConfig, tinyDataset, tinyTrial } from "../helpers/tiny.ts";

test("a label is one token; of a response those count that are not ignored", () => {
  expect(completionTokensOf({ id: "a", inputIds: [1, 2, 3], label: 0 })).toBe(1);
  expect(completionTokensOf({ id: "a", inputIds: [1, 2, 3], labels: [-100, 3, 4] })).toBe(2);
});

test("sums what every token costs, and not the means of the examples", async () => {
  const { spec, resources } = tinyTrial({}, {}, tinyConfig, asLanguage(tinyDataset()));
  const { data, model } = await openTrial(spec, trialInputs(resources));
  const [short, long] = [...data.train].sort((a, b) => a.inputIds.length - b.inputIds.length).slice(-2);
  const of = (...examples: (typeof data.train)[number][]) =>
    completionBits(model, examples as never, { padId: 0 });
  const [one, other, both] = [await of(short!), await of(long!), await of(short!, long!)];
  await model.dispose();
  expect(both.completionTokens).toBe(completionTokensOf(short!) + completionTokensOf(long!));
  expect(both.bits).toBeCloseTo(one.bits + other.bits, 3);
  // A model that knows nothing of 40 tokens takes about log2(40) = 5.3 bits for each.
  expect(both.bits / both.completionTokens).toBeGreaterThan(3);
  expect(both.bits / both.completionTokens).toBeLessThan(10);
});
