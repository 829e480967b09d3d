import type { SearchSummary } from "@lorank/evidence/results";
import { expect, test } from "vitest";
import { adequate } from "../fixtures/scenes.ts";
import { search as allFound } from "../fixtures/search.ts";
import { sectionText } from "./section-text.ts";

const withSearch = (found: Partial<SearchSummary>) => {
  const results = adequate();
  const { learningRate: _, ...search } = allFound;
  return { ...results, sweep: { ...results.sweep, search: { ...search, ...found } } };
};

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

test("targets that were searched have their names, and the one that was kept", () => {
  const targets = {
    chosen: "all-linear",
    start: "all-linear",
    learningRate: 0.001,
    epochs: 2,
    trainExamples: 300,
    tried: ["all-linear", "mlp"].map((value) => ({
      value,
      losses: [{ rank: 2, logLoss: 0.2, accuracy: 0.9, trainableParams: 10 }],
    })),
    gains: [],
    threshold: 0.02,
    clearErrors: 2,
    explanation: "Targets all-linear.",
    notes: [],
  };
  expect(sectionText(withSearch({ targets }), "search")).toMatch(
    /Targets all-linear\..* Log loss by targets on the examples .* all-linear chosen 0\.200 – mlp 0\.200/,
  );
});

test("settings that were given have no section", () => {
  expect(sectionText(adequate(), "search")).toBeUndefined();
  expect(sectionText(withSearch({}), "search")).toBeUndefined();
});
