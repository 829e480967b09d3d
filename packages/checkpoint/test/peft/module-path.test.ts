import { expect, test } from "vitest";
import { isInside, matchesModule } from "../../src/peft/pattern.ts";

test("a module name matches whole last parts of a path", () => {
  expect(matchesModule("model.layers.0.q_proj", "q_proj")).toBe(true);
  expect(matchesModule("model.layers.10.q_proj", "0.q_proj")).toBe(false);
  expect(matchesModule("model.my_q_proj", "q_proj")).toBe(false);
  expect(matchesModule("score", "score")).toBe(true);
});

test("a tensor is inside a module when a leading part of its name is one", () => {
  expect(isInside("score.weight", "score")).toBe(true);
  expect(isInside("classifier.out_proj.weight", "classifier")).toBe(true);
  expect(isInside("model.score.weight", "score")).toBe(true);
  expect(isInside("pre_classifier.weight", "classifier")).toBe(true); // PEFT asks for no dot, so DistilBERT's goes along
  expect(isInside("scorer.weight", "score")).toBe(false);
  expect(isInside("model.score", "score")).toBe(false); // the name of a parameter, not of a module
});
