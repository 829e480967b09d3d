import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { readTrainSettings } from "../../src/commands/train/train.ts";

describe("readTrainSettings", () => {
  test("has defaults of its own for what one adapter needs", () => {
    expect(readTrainSettings(undefined, {})).toEqual({
      rank: 8,
      seed: 1,
      out: "./lorank-adapter",
      force: false,
      trial: {},
    });
  });
  test("takes a sweep's file, and leaves its grid and its folder to the sweep", () => {
    const file = join(temporaryFolder(), "sweep.yaml");
    writeFileSync(file, "ranks: [1, 2]\nseeds: 3\nout: sweep\nlearning-rate: 0.01\ndora: true\n");
    expect(readTrainSettings(file, { rank: "16", seed: "0", out: "mine" })).toEqual({
      rank: 16,
      seed: 0,
      out: "mine",
      force: false,
      trial: { "learning-rate": 0.01, dora: true },
    });
  });
  test.each([
    ["5m", { seconds: 300 }],
    ["90s", { seconds: 90 }],
    ["1.5h", { seconds: 5400 }],
    ["200 steps", { steps: 200 }],
    ["200steps", { steps: 200 }],
    ["1 step", { steps: 1 }],
    ["off", "off"],
  ])("reads %s as how often a checkpoint is written, in flags and in the file", (given, checkpointEvery) => {
    const file = join(temporaryFolder(), "sweep.yaml");
    writeFileSync(file, `checkpoint-every: ${given}\n`);
    expect(readTrainSettings(file, {})).toMatchObject({ checkpointEvery });
    expect(readTrainSettings(undefined, { checkpointEvery: given })).toMatchObject({ checkpointEvery });
  });
  test.each(["5", "0s", "0 steps", "-1 steps", "1.5 steps", "5 min", "on", ""])(
    "refuses %j as that",
    (checkpointEvery) => {
      expect(() => readTrainSettings(undefined, { checkpointEvery })).toThrow(
        `--checkpoint-every must be a time such as 5m or 90s, steps such as 200 steps, or off, got ${JSON.stringify(checkpointEvery)}`,
      );
    },
  );
  test("does not search: what only a sweep can find is refused, in flags and in the file", () => {
    const file = join(temporaryFolder(), "sweep.yaml");
    writeFileSync(file, "epochs: auto\n");
    expect(() => readTrainSettings(file, { learningRate: "auto" })).toThrow(
      [
        `${file}: epochs must be a positive number, got "auto"`,
        '--learning-rate must be a positive number, got "auto"',
      ].join("\n"),
    );
  });
  test("refuses a file whose trainer it would pass over, with the command that runs it", () => {
    const file = join(temporaryFolder(), "sweep.yaml");
    writeFileSync(file, "trainer:\n  command: [python, train.py]\n");
    expect(() => readTrainSettings(file, { rank: "16", dropout: "2" })).toThrow(
      [
        "--dropout must be at least 0 and below 1, got 2",
        `${file}: trainer must be left out for train, which trains with this engine, got python train.py`,
        `One run of that command: lorank sweep ${file} --ranks 16 --seeds 1`,
      ].join("\n"),
    );
  });
  test("reports its own flags with the others", () => {
    const flags = { rank: "0", seed: "1.5", out: "", loraPlus: "0.5" };
    expect(() => readTrainSettings(undefined, flags)).toThrow(
      [
        "--rank must be a positive integer, got 0",
        "--lora-plus must be a number of at least 1, got 0.5",
        "--seed must be an integer of at least 0, got 1.5",
        '--out must be a folder, got ""',
      ].join("\n"),
    );
  });
});
