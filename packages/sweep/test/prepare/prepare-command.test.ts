import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { prepareCommand } from "../../src/index.ts";
import type { CommandSettings } from "../../src/prepare/prepare-command.ts";
import { temporaryFolder } from "../helpers/example.ts";

/** Settings for a trainer in a folder of its own, and what they come to. */
function trainerIn(folder = temporaryFolder()) {
  mkdirSync(folder, { recursive: true });
  for (const name of ["train.py", "a.yaml", "evaluate.py"]) writeFileSync(join(folder, name), name);
  const prepare = (
    changes: Partial<CommandSettings> = {},
    trainer: Partial<CommandSettings["trainer"]> = {},
  ) => {
    const command = ["python", "train.py", "--config=a.yaml", "--rank={rank}"];
    return prepareCommand({ ...changes, trainer: { command, folder, ...trainer } });
  };
  return { folder, prepare };
}

const evaluate = ["python", "evaluate.py", "{adapter}", "{split}"];

test("what is not given is the usual comparison, and the trainer's own affair", () => {
  const { folder, prepare } = trainerIn();
  const { plan, ...place } = prepare();
  expect(place).toEqual({ folder: resolve(folder), timeoutSeconds: undefined });
  expect(plan.config).toMatchObject({
    ranks: [4, 8, 16, 32],
    seeds: [1, 2, 3, 4, 5],
    metric: "accuracy",
    margin: 0.01,
    confidence: 0.95,
    lora: {},
    optimizer: {},
  });
  for (const key of ["method", "robustness", "test"]) expect(plan.config).not.toHaveProperty(key);
  expect(Object.keys(plan.config.trainer)).toEqual(["command", "files"]);
  expect(plan.specs[0]).toMatchObject({ lora: { rank: 4 }, optimizer: {}, seed: 1 });
});

test("what is given reaches every trial", () => {
  const settings = {
    ranks: [2, 8],
    seeds: [7],
    alpha: "rank",
    scaling: "rslora",
    learningRate: 0.5,
  } as const;
  const { plan, timeoutSeconds } = trainerIn().prepare(
    { ...settings, epochs: 3, method: "race", robustness: true, metric: "log-loss" },
    { evaluate, exitCodes: { diverged: 3 }, timeoutSeconds: 60 },
  );
  expect(timeoutSeconds).toBe(60);
  expect(plan.config).toMatchObject({ method: "race", robustness: true, metric: "log-loss", margin: 0.02 });
  expect(plan.config.trainer).toMatchObject({ evaluate, exitCodes: { diverged: 3 } });
  const optimizer = { learningRate: 0.5, epochs: 3 };
  expect(plan.specs.map(({ lora }) => lora)).toEqual([
    { rank: 2, alpha: 2, scalingRule: "rslora" },
    { rank: 8, alpha: 8, scalingRule: "rslora" },
  ]);
  expect(plan.specs.map((spec) => [spec.optimizer, spec.seed])).toEqual([
    [optimizer, 7],
    [optimizer, 7],
  ]);
  const fixed = trainerIn().prepare({ ranks: [2, 8], alpha: 16 }).plan;
  expect(fixed.specs.map(({ lora }) => lora.alpha).slice(0, 2)).toEqual([16, 16]);
});

test("results are called as they are asked to be, else by the first file of the command or its program", () => {
  const { prepare } = trainerIn();
  const nameOf = (trainer: Partial<CommandSettings["trainer"]>) => prepare({}, trainer).plan.summary.name;
  expect(nameOf({ name: "mine" })).toBe("mine");
  expect(nameOf({ evaluate })).toBe("train.py");
  expect(nameOf({ command: ["axolotl", "train"], evaluate })).toBe("axolotl");
});

test("files of both commands are named by their hashes, wherever the folder lies", () => {
  const [one, two] = [trainerIn().prepare({}, { evaluate }), trainerIn().prepare({}, { evaluate })];
  expect(one.plan.config.trainer.files.map(({ path }) => path)).toEqual([
    "a.yaml",
    "evaluate.py",
    "train.py",
  ]);
  expect(two.plan).toEqual(one.plan);
});

test("further files count as those of the commands do, and must be there", () => {
  const { folder, prepare } = trainerIn();
  const command = ["sh", "train.py"];
  const { trainer, name } = prepare({}, { command, files: ["evaluate.py", join(folder, "a.yaml")] }).plan
    .config;
  expect(trainer.files.map(({ path }) => path)).toEqual(["a.yaml", "evaluate.py", "train.py"]);
  expect(name).toBe("train.py");
  expect(() => prepare({}, { command, files: ["a.yaml", "none.py", "."] })).toThrow(
    expect.objectContaining({
      code: "E_CONFIG",
      message: ["none.py", "."]
        .map((file) => `trainer.files must name files that are seen from ${folder}, got ${file}`)
        .join("\n"),
    }),
  );
});

test("test examples are others where the evaluation is", () => {
  const { folder, prepare } = trainerIn();
  const testOf = (words: string[] = []) =>
    prepare({}, { evaluate: [...evaluate, ...words], test: true }).plan.config.test!;
  const before = testOf();
  expect(before).toEqual({ name: "test", sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(testOf()).toEqual(before);
  expect(testOf(["--limit=9"])).not.toEqual(before);
  writeFileSync(join(folder, "evaluate.py"), "changed");
  expect(testOf()).not.toEqual(before);
});

test("placeholders that nothing is given for are refused together", () => {
  const { prepare } = trainerIn();
  const command = ["train", "{learningRate}", "{rnk}"];
  expect(() => prepare({}, { command, evaluate: ["score", "{epochs}"] })).toThrow(
    expect.objectContaining({
      code: "E_CONFIG",
      message: [
        "learning-rate must be given, for trainer.command has {learningRate}",
        "trainer.command must have placeholders out of {rank}, {seed}, {out}, {trialId}, {evaluateEvery}, got {rnk}",
        "epochs must be given, for trainer.evaluate has {epochs}",
      ].join("\n"),
    }),
  );
  expect(() => prepare({ learningRate: 0.5 }, { command: ["train", "{learningRate}"] })).not.toThrow();
});

test.each<[string, Partial<CommandSettings>, Partial<CommandSettings["trainer"]>]>([
  ["trainer.evaluate must be given for a test score", {}, { test: true }],
  ["trainer.command must be a program and its arguments, got []", {}, { command: [] }],
  ["ranks must be positive integers, got [0.5]", { ranks: [0.5] }, {}],
])("%s", (message, changes, trainer) => {
  expect(() => trainerIn().prepare(changes, trainer)).toThrow(
    expect.objectContaining({ code: "E_SWEEP_CONFIG", message: expect.stringContaining(message) }),
  );
});
