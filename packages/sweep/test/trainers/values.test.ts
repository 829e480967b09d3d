import { describe, expect, test } from "vitest";
import {
  environmentOf,
  fillIn,
  placeholderFaults,
  settingsOf,
  throwFaults,
  trainingValues,
} from "../../src/trainers/values.ts";

const spec = { lora: { rank: 8, alpha: 16 }, optimizer: { learningRate: 1e-5 }, seed: 3 };
const told = settingsOf(spec);

test("a trial's settings are texts, and what is not set is not there", () => {
  expect(told).toEqual({ rank: "8", alpha: "16", seed: "3", learningRate: "0.00001" });
  expect(settingsOf({ lora: { rank: 8, scalingRule: "rslora" }, optimizer: { epochs: 2 }, seed: 0 })).toEqual(
    { rank: "8", scaling: "rslora", seed: "0", epochs: "2" },
  );
});

test("placeholders are filled in wherever they stand, and a value is taken as it is", () => {
  expect(fillIn(["a.py", "--rank={rank}", "{rank}-{seed}", "{ rank }", "{}"], told)).toEqual([
    "a.py",
    "--rank=8",
    "8-3",
    "{ rank }",
    "{}",
  ]);
  expect(fillIn(["{out}/log"], { out: "/a b/$&{rank}" })).toEqual(["/a b/$&{rank}/log"]);
});

test("the environment has the same values under names in capitals", () => {
  expect(environmentOf({ ...told, trialId: "ab", maxSteps: "4" })).toMatchObject({
    LORANK_RANK: "8",
    LORANK_ALPHA: "16",
    LORANK_SEED: "3",
    LORANK_LEARNING_RATE: "0.00001",
    LORANK_TRIAL_ID: "ab",
    LORANK_MAX_STEPS: "4",
  });
});

test("a training is told where to write, and how often to evaluate on the way: 0 is never", () => {
  const files = { out: "/out", trialId: "ab" };
  expect(trainingValues({ ...spec, evaluateEvery: 0.25 }, files)).toEqual({
    ...told,
    ...files,
    evaluateEvery: "0.25",
  });
  expect(environmentOf(trainingValues(spec, files))).toMatchObject({ LORANK_EVALUATE_EVERY: "0" });
  expect(settingsOf({ ...spec, evaluateEvery: 5 })).toEqual(told);
  expect(environmentOf(told)).toMatchObject({ LORANK_EVALUATE_EVERY: undefined });
});

test("what a sweep does not set is unset, whatever the environment around it has", () => {
  expect(environmentOf(told)).toMatchObject({ LORANK_EPOCHS: undefined, LORANK_MAX_STEPS: undefined });
});

describe("placeholders that are wrong", () => {
  test.each(["rank", "seed", "alpha", "learningRate", "out", "trialId", "evaluateEvery"])(
    "{%s} is known",
    (name) => {
      expect(placeholderFaults("command", [`--x={${name}}`], told)).toEqual([]);
    },
  );

  test.each(["r", "Rank", "adapter", "split", "maxSteps", "toString"])(
    "{%s} in the command is refused",
    (name) => {
      expect(placeholderFaults("command", ["a.py", `{${name}}`, `{${name}}`], told)).toEqual([
        `trainer.command must have placeholders out of {rank}, {alpha}, {seed}, {learningRate}, {out}, {trialId}, {evaluateEvery}, got {${name}}`,
      ]);
    },
  );

  test("one for a setting that is not given names the setting", () => {
    expect(placeholderFaults("command", ["{epochs} {scaling}"], told)).toEqual([
      "epochs must be given, for trainer.command has {epochs}",
      "scaling must be given, for trainer.command has {scaling}",
    ]);
    expect(placeholderFaults("evaluate", ["{learningRate}"], { rank: "8", seed: "1" })).toEqual([
      "learning-rate must be given, for trainer.evaluate has {learningRate}",
    ]);
  });

  test("an evaluation knows its adapter and its split too", () => {
    expect(placeholderFaults("evaluate", ["{adapter} {split} {out} {trialId} {rank}"], told)).toEqual([]);
  });

  test("an evaluation does not know how often a training evaluates on the way", () => {
    expect(placeholderFaults("evaluate", ["{evaluateEvery}"], told)).toEqual([
      expect.stringMatching(/^trainer.evaluate must have placeholders out of .*, got \{evaluateEvery\}$/),
    ]);
  });

  test("all are thrown together", () => {
    expect(() => throwFaults([])).not.toThrow();
    expect(() => throwFaults(["a", "b"])).toThrow(
      expect.objectContaining({ code: "E_CONFIG", message: "a\nb" }),
    );
  });
});
