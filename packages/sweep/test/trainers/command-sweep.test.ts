import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { TestRun } from "@lorank/core/results";
import { expect, test } from "vitest";
import { runOptions } from "../../src/index.ts";
import { planCommand } from "../../src/plan/plan.ts";
import type { CommandConfig } from "../../src/plan/sweep-config.ts";
import { prepareCommand } from "../../src/prepare/prepare-command.ts";
import { SweepStore } from "../../src/store/store.ts";
import { commandPlan, commandSweep } from "../../src/trainers/command-sweep.ts";
import type { Examples } from "../../src/trainers/examples.ts";
import { exampleConfig, temporaryFolder } from "../helpers/example.ts";

const { name, ranks, seeds, metric, margin, confidence } = exampleConfig;
const trainer = { command: ["train"], evaluate: ["score"], files: [] };
const comparison = { name, ranks, seeds, metric, margin, confidence };
const testSet = { name: "test", sha256: "a".repeat(64) };

/** What a command's sweep is of when its runs had these examples. */
function place(examples?: Examples, changes: Partial<CommandConfig> = {}) {
  const store = new SweepStore(temporaryFolder());
  if (examples) writeFileSync(store.path("examples.json"), JSON.stringify(examples));
  const plan = planCommand({ ...comparison, trainer, lora: {}, optimizer: {}, ...changes });
  return { store, plan, subject: () => commandPlan(plan).subject(store) };
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

test("test examples are there once a score tells how many they are", () => {
  const { store, plan, subject } = place(undefined, { test: testSet });
  expect(subject().data).not.toHaveProperty("test");
  const trialId = store.addSpec(plan.specs[0]!);
  const run: TestRun = { trialId, rank: 2, seed: 0, evaluation: { accuracy: 0.5, correct: [1, 0, 1, 0] } };
  const file = store.testRunPath(testSet.sha256, trialId);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(run));
  expect(subject().data.test).toEqual({ ...testSet, examples: 4 });
  expect(commandPlan(place().plan).subject(store).data).not.toHaveProperty("test"); // of a plan that has none
});

/** Inputs of a trainer that is one script. */
function command() {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "train.sh"), "exit 1");
  const evaluate = ["score", "{adapter}"];
  return prepareCommand({ trainer: { command: ["sh", "train.sh"], evaluate, test: true, folder } });
}

test("jobs of a command run in its folder, and the hash alone names its test examples", async () => {
  const out = temporaryFolder();
  const inputs = command();
  const settings = () => "asked";
  const { plan, place, test } = await commandSweep(inputs).open(
    out,
    { extend: false, settings },
    runOptions(),
  );
  expect(plan).toEqual(inputs.plan);
  expect(place).toMatchObject({ out, command: { folder: inputs.folder, metric: "accuracy" } });
  expect(test).toEqual(inputs.plan.config.test);
  expect(existsSync(join(out, "data"))).toBe(false);
  expect(readFileSync(join(out, "settings.json"), "utf8")).toBe('"asked"\n');
});

test("a command has no portable adapters, and its files must be those of the plan", () => {
  const inputs = command();
  expect(() => commandSweep(inputs).assertInputs(false)).not.toThrow();
  expect(() => commandSweep(inputs).assertInputs(true)).toThrow(
    expect.objectContaining({
      code: "E_SWEEP_OPTIONS",
      message: "portable must be false for a command's adapters, got true",
    }),
  );
  writeFileSync(join(inputs.folder, "train.sh"), "exit 0");
  expect(() => commandSweep(inputs).assertInputs(false)).toThrow(
    expect.objectContaining({ code: "E_TRAINER_FILE" }),
  );
});
