import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CommandInputs } from "@lorank/sweep";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { planOfDesign, planOfSweep } from "../../src/commands/plan/document.ts";
import { timeWords } from "../../src/commands/plan/print-plan.ts";
import type { TrainerInFile } from "../../src/flags/object-kind.ts";
import type { SettingsOf } from "../../src/settings/table.ts";
import { preparationOf } from "../../src/sweep/prepare.ts";

const command = ["python", "train.py", "--rank", "{rank}"];

type Changes = Omit<SettingsOf<"sweep">, "trainer"> & { readonly trainer?: Partial<TrainerInFile> };

async function prepare({ trainer, ...settings }: Changes = {}) {
  const folder = join(temporaryFolder(), "a trainer");
  mkdirSync(folder);
  writeFileSync(join(folder, "train.py"), "");
  const request = { settings, folder, earlier: undefined, dryRun: true, run: {}, output: {} };
  const sweep = await preparationOf({ trainer: { command, ...trainer } }).prepare(request);
  return { ...sweep, timeoutSeconds: (sweep.inputs as CommandInputs).timeoutSeconds };
}

test("a sweep of commands: one trial at once, called after its script, and told nothing that is not asked", async () => {
  const { plan, run, out, timeoutSeconds } = await prepare({ ranks: [4, 2], seeds: 2 });
  expect(run.trialsAtOnce).toBe(1);
  expect(out).toBe("./lorank-sweep");
  expect(timeoutSeconds).toBeUndefined();
  expect(plan.summary).toMatchObject({ name: "train.py", ranks: [2, 4], metric: "accuracy", margin: 0.01 });
  expect(plan.specs).toHaveLength(4);
  expect(plan.specs[0]).toEqual({
    specVersion: 1,
    trainer: { command, files: [{ path: "train.py", sha256: expect.any(String) }] },
    lora: { rank: 2 },
    optimizer: {},
    seed: expect.any(Number),
  });
});

test("what is asked is told, and a timeout is in seconds", async () => {
  const asked = { alpha: "rank", scaling: "rslora", "learning-rate": 1e-4, epochs: 2, jobs: 3 } as const;
  const { plan, run, facts, timeoutSeconds } = await prepare({
    ...asked,
    "evaluate-every": 0.25,
    ranks: [8],
    seeds: 1,
    trainer: { timeout: "1.5h", "exit-codes": { diverged: 3 } },
  });
  expect(plan.specs[0]).toMatchObject({
    trainer: { exitCodes: { diverged: 3 } },
    lora: { rank: 8, alpha: 8, scalingRule: "rslora" },
    optimizer: { learningRate: 1e-4, epochs: 2 },
    evaluateEvery: 0.25,
  });
  const told = "rank, seed, alpha = rank, scaling rslora, learning rate 0.0001, epochs 2";
  expect(facts).toContainEqual(["told", `${told}, evaluate every 0.25`]);
  expect(run.trialsAtOnce).toBe(3);
  expect(timeoutSeconds).toBe(5400);
});

test("a plan of commands says at most where a race may stop, and nothing of memory, disk and data", async () => {
  const sweep = await prepare({ ranks: [2, 4], seeds: 10, method: "race", jobs: 2 });
  const parts = { openSeconds: 0, evaluateSeconds: 0, pointsSeconds: 0 };
  const time = { ...parts, trialSeconds: 10, secondsPerStep: 1, steps: 10 };
  const times = [2, 4].map((rank) => ({ rank, ...time }));
  const document = await planOfSweep(sweep, [], times);
  expect(timeWords(document.costs)).toBe(
    "at most 1:40, from a few steps of the smallest and the largest rank",
  );
  expect(planOfDesign(undefined, undefined, sweep)).toEqual({ design: null, results: null, noise: [] });
  expect(document).toMatchObject({
    costs: {
      trials: 20,
      done: 0,
      timeSource: "measured",
      secondsLeft: 100,
      peakBytes: null,
      diskBytes: null,
    },
    sweep: { dryRun: true, method: "race", trials: 20, trialsAtOnce: 2 },
  });
});

test("a setting that has one meaning for this engine alone is left out of the file", () => {
  const { leftOut, readsData, remarks } = preparationOf({ trainer: { command } });
  expect(readsData).toBe(false);
  expect(leftOut).toEqual(expect.arrayContaining(["model", "data", "dora", "batch-size", "device"]));
  expect(leftOut).not.toEqual(expect.arrayContaining(["alpha"]));
  expect(remarks("here")).toEqual(["Save it in here: the trainer's commands run in its file's folder."]);
  expect(preparationOf({})).toMatchObject({ readsData: true, leftOut: [] });
});

describe("what cannot be is refused before anything is written", () => {
  test("settings that are the trainer's own affair, all at once", async () => {
    const given = { model: "org/m", data: "x.csv", "batch-size": 8, threads: 2, epochs: "auto" } as never;
    const error = await prepare(given).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "E_CONFIG" });
    const { message } = error as Error;
    for (const [key, got] of [
      ["model", "org/m"],
      ["data", "x.csv"],
      ["batch-size", "8"],
      ["threads", "2"],
    ])
      expect(message).toContain(`${key} must be left to the trainer's command, got ${got}`);
    expect(message).toContain("epochs must be a number with a trainer, whose own settings are not searched");
  });

  test("placeholders that nothing is given for", async () => {
    const trainer = { command: ["python", "{alpha}", "{r}"], evaluate: ["x", "{epochs}"] };
    await expect(prepare({ trainer })).rejects.toMatchObject({
      code: "E_CONFIG",
      message: [
        "alpha must be given, for trainer.command has {alpha}",
        "trainer.command must have placeholders out of {rank}, {seed}, {out}, {trialId}, {evaluateEvery}, got {r}",
        "epochs must be given, for trainer.evaluate has {epochs}",
      ].join("\n"),
    });
  });

  test.each([
    [
      { method: "probe" },
      "trainer.evaluate must be given for the method probe, which evaluates cut adapters",
    ],
    [{ trainer: { test: true } }, "trainer.evaluate must be given for a test score"],
    [{ robustness: true }, "learning-rate must be given for --robustness, which trains at others"],
  ] as const)("%j", async (given, message) => {
    await expect(prepare(given as never)).rejects.toThrow(message);
  });
});
