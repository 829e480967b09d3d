import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { TestRun } from "@lorank/evidence/results";
import { describe, expect, test } from "vitest";
import { planCommand } from "../../src/plan/plan.ts";
import type { CommandConfig } from "../../src/plan/sweep-config.ts";
import { SweepStore } from "../../src/store/store.ts";
import type { Examples } from "../../src/trainers/example-files.ts";
import { subjectOf } from "../../src/trainers/subject.ts";
import { exampleConfig, examplePlan, temporaryFolder } from "../helpers/example.ts";

test("of this engine the plan names model and data", () => {
  const plan = examplePlan({ majorityShare: 0.7 });
  expect(subjectOf(plan, new SweepStore(temporaryFolder()))).toEqual({ model: plan.model, data: plan.data });
});

describe("of a command", () => {
  const { name, ranks, seeds, metric, margin, confidence } = exampleConfig;
  const trainer = { command: ["train"], evaluate: ["score"], files: [] };
  const comparison = { name, ranks, seeds, metric, margin, confidence };
  const testSet = { name: "test", sha256: "a".repeat(64) };

  /** Subject of a command's sweep whose runs had these examples. */
  function place(examples?: Examples, changes: Partial<CommandConfig> = {}) {
    const store = new SweepStore(temporaryFolder());
    if (examples) writeFileSync(store.path("examples.json"), JSON.stringify(examples));
    const plan = planCommand({ ...comparison, trainer, lora: {}, optimizer: {}, ...changes });
    return { store, plan, subject: () => subjectOf(plan, store) };
  }

  test("of a command nothing is known before the first run, then the examples", () => {
    expect(place().subject()).toEqual({ data: { validationExamples: 0 } });
    expect(place({ examples: ["1", "2"] }).subject()).toEqual({ data: { validationExamples: 2 } });
  });

  test("labels give the classes by their names' order, and the share of the largest", () => {
    const labels = ["spam", "ham", "spam", "ads", "spam"];
    expect(place({ examples: ["1", "2", "3", "4", "5"], labels }).subject().data).toEqual({
      validationExamples: 5,
      validationLabels: [2, 1, 2, 0, 2],
      majorityShare: 0.6,
    });
  });

  test("groups are numbered in the order of the examples", () => {
    const groups = ["b", "a", "b", "c"];
    const examples = { examples: ["1", "2", "3", "4"], groups };
    const { store, plan, subject } = place(examples, { test: testSet });
    expect(subject().data).toEqual({ validationExamples: 4, validationGroups: [0, 1, 0, 2] });
    const trialId = store.addSpec(plan.specs[0]!);
    const file = store.testRunPath(testSet.sha256, trialId);
    mkdirSync(dirname(file), { recursive: true });
    const evaluation = { accuracy: 0.5, correct: [1, 0, 1, 0] };
    writeFileSync(file, JSON.stringify({ trialId, rank: 2, seed: 0, evaluation } satisfies TestRun));
    writeFileSync(join(dirname(file), "examples.json"), JSON.stringify(examples));
    expect(subject().data.test).toEqual({ ...testSet, examples: 4, groups: [0, 1, 0, 2] });
  });

  test("test examples are there once a score tells how many they are", () => {
    const { store, plan, subject } = place(undefined, { test: testSet });
    expect(subject().data).not.toHaveProperty("test");
    const trialId = store.addSpec(plan.specs[0]!);
    const run: TestRun = { trialId, rank: 2, seed: 0, evaluation: { accuracy: 0.5, correct: [1, 0, 1, 0] } };
    const file = store.testRunPath(testSet.sha256, trialId);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(run));
    expect(subject().data.test).toEqual({ ...testSet, examples: 4 });
    expect(subjectOf(place().plan, store).data).not.toHaveProperty("test"); // of a plan that has none
  });
});
