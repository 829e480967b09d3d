// Settings as a caller in JavaScript writes them. Nothing is written before they are refused.
import { describe, expect, test } from "vitest";
import { preparePlan, runSweep } from "../src/engine.ts";
import { slurmExecutor } from "../src/executor.ts";
import { prepareCommand, runOptions, runPlan } from "../src/index.ts";

type Anything = (...args: readonly unknown[]) => unknown;

const trainer = { command: ["node", "train.mjs"], folder: "." };
const refused: readonly (readonly [string, unknown, readonly unknown[], string])[] = [
  ["runSweep", runSweep, [], "the settings of runSweep must be an object, got undefined"],
  ["runSweep", runSweep, [{}], "model must be in the settings of runSweep, got nothing"],
  ["runSweep", runSweep, [{}], "data must be in the settings of runSweep, got nothing"],
  [
    "runSweep",
    runSweep,
    [{ rank: [4] }],
    "rank must be one of the settings of runSweep, got an unknown one. Did you mean ranks?",
  ],
  [
    "runSweep",
    runSweep,
    [{ model: "m", data: [], learning_rate: 1e-3 }],
    "learning_rate must be one of the settings of runSweep, got an unknown one. Did you mean learningRate?",
  ],
  [
    "runSweep",
    runSweep,
    [{ model: "m", data: [], lr: 1e-3 }],
    "lr must be one of the settings of runSweep, got an unknown one",
  ],
  [
    "runSweep",
    runSweep,
    [{ model: "m", data: [], reporter: {} }],
    "reporter.report must be a function, got undefined",
  ],
  ["preparePlan", preparePlan, [{ model: "m" }], "data must be in the settings of a sweep, got nothing"],
  ["preparePlan", preparePlan, [{ model: "m", data: [], ranks: 4 }], "ranks must be a list, got 4"],
  [
    "runOptions",
    runOptions,
    [{ trialsAtonce: 1 }],
    "trialsAtonce must be one of the run options, got an unknown one. Did you mean trialsAtOnce?",
  ],
  [
    "runOptions",
    runOptions,
    [{ executor: {} }],
    "executor must be a function, such as localExecutor, got object",
  ],
  ["runPlan", runPlan, [{}], "the results folder of runPlan must be an object, got undefined"],
  ["prepareCommand", prepareCommand, [{}], "trainer must be in the settings of prepareCommand, got nothing"],
  [
    "prepareCommand",
    prepareCommand,
    [{ trainer, rank: [4] }],
    "rank must be one of the settings of prepareCommand, got an unknown one. Did you mean ranks?",
  ],
  [
    "prepareCommand",
    prepareCommand,
    [{ trainer: { comand: [] } }],
    "comand must be one of the trainer of prepareCommand, got an unknown one. Did you mean command?",
  ],
  [
    "prepareCommand",
    prepareCommand,
    [{ trainer: { command: "node train.mjs" } }],
    "trainer.command must be a list, got node train.mjs",
  ],
  [
    "slurmExecutor",
    slurmExecutor,
    [{ sbtach: {} }],
    "sbtach must be one of the options of slurmExecutor, got an unknown one. Did you mean sbatch?",
  ],
];

describe("refused by", () => {
  test.each(refused)("%s, row %#", async (_, called, args, message) => {
    const error = await new Promise((resolve, reject) => {
      Promise.resolve()
        .then(() => (called as Anything)(...args))
        .then(() => reject(new Error("it passed")), resolve);
    });
    expect(error).toMatchObject({ name: "InputError", code: expect.stringMatching(/^E_(RUN_)?OPTIONS$/) });
    expect((error as Error).message.split("\n")).toContain(message);
  });
});
