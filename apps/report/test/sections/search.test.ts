import type { SearchSummary } from "@lorank/evidence/results";
import { expect, test } from "vitest";
import { adequate } from "../fixtures/scenes.ts";
import { sectionText } from "./section-text.ts";

const learningRate = {
  chosen: 0.001,
  start: 0.001,
  epochs: 2,
  trainExamples: 300,
  tried: [
    {
      value: 1 / 3000,
      losses: [
        { rank: 2, logLoss: 0.31 },
        { rank: 32, logLoss: 0.25 },
      ],
    },
    {
      value: 0.001,
      losses: [
        { rank: 2, logLoss: 0.22 },
        { rank: 32, logLoss: 0.2 },
      ],
    },
    { value: 0.003, losses: [{ rank: 2, logLoss: 0.24 }, { rank: 32 }] },
  ],
  regrets: [],
  explanation: "Learning rate 0.001, found by a search over 0.00033, 0.001 and 0.003.",
  notes: ["Training diverged at learning rate 0.003."],
};
const withSearch = (found: Partial<SearchSummary>) => {
  const results = adequate();
  const search = { ranks: [2, 32], seed: 20_000, judgedExamples: 150, ...found };
  return { ...results, sweep: { ...results.sweep, search } };
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
