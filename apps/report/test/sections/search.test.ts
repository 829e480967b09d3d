import type { SearchSummary } from "@lorank/evidence/results";
import { expect, test } from "vitest";
import { adequate } from "../fixtures/scenes.ts";
import { search as allFound, learningRate } from "../fixtures/search.ts";
import { sectionText } from "./section-text.ts";

const withSearch = (found: Partial<SearchSummary>) => {
  const results = adequate();
  const { learningRate: _, ...search } = allFound;
  return { ...results, sweep: { ...results.sweep, search: { ...search, ...found } } };
};

test("a rate that was searched has its words and what every rank did at every rate that was tried", () => {
  const text = sectionText(withSearch({ learningRate }), "search")!;
  expect(text).toContain("with ranks 2 and 32 and within the training examples: 150 of them were judged by");
  expect(text).toContain("0.001 and 0.003. Training diverged at learning rate 0.003.");
  expect(text).toMatch(/ 3\.33e−4 0\.310 0\.250 0\.001 chosen 0\.220 0\.200 0\.003 0\.240 did not complete /);
  expect(text).not.toContain("Log loss by epochs");
});

test("epochs that were searched have the same", () => {
  const epochs = {
    chosen: 2,
    converged: true,
    learningRate: 0.001,
    trainExamples: 300,
    tried: [{ value: 2, losses: [{ rank: 2, logLoss: 0.2 }] }],
    gains: [],
    threshold: 0.01,
    explanation: "2 epochs.",
    notes: [],
  };
  expect(sectionText(withSearch({ epochs }), "search")).toMatch(
    /Log loss by epochs on the examples .* 2 chosen 0\.200 – /,
  );
});

test("settings that were given have no section", () => {
  expect(sectionText(adequate(), "search")).toBeUndefined();
  expect(sectionText(withSearch({}), "search")).toBeUndefined();
});
