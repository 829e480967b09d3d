import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { runOptions } from "../../src/index.ts";
import { prepareCommand } from "../../src/prepare/prepare-command.ts";
import { SweepStore } from "../../src/store/store.ts";
import { commandTrainer } from "../../src/trainers/command.ts";
import { resumeFolder } from "../../src/trainers/take-over.ts";
import { examplePlan, temporaryFolder } from "../helpers/example.ts";

describe("commandTrainer", () => {
  const command = { folder: ".", metric: "accuracy" } as const;
  afterEach(() => vi.unstubAllEnvs());

  test("an attempt's log names the device that the process was given, and no threads", () => {
    const place = { out: temporaryFolder(), command };
    vi.stubEnv("LORANK_DEVICE", undefined);
    expect(commandTrainer.processes(place)).not.toHaveProperty("device");
    vi.stubEnv("LORANK_DEVICE", "cuda:1");
    expect(commandTrainer.processes(place)).toMatchObject({ device: "cuda:1" });
    expect(commandTrainer.processes(place)).not.toHaveProperty("threads");
  });

  test("what a command saved to go on from is its own affair, and so is the environment of its processes", () => {
    const store = new SweepStore(temporaryFolder());
    const trialId = store.addSpec(examplePlan().specs[0]!);
    const { folder } = store.claimAttempt(trialId);
    mkdirSync(resumeFolder(folder));
    commandTrainer.forgetUnfinished(store, trialId);
    expect(existsSync(resumeFolder(folder))).toBe(true);
    const needs = commandTrainer.processes({ out: store.out, command });
    expect(needs.environment({ A: "1" })).toEqual({ A: "1" });
  });
});

describe("a sweep of a command", () => {
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
    const folder = { out, extend: false, settings };
    const { plan, place, test, execution } = await commandTrainer.open(inputs, folder, runOptions());
    expect(execution).toEqual({});
    expect(plan).toEqual(inputs.plan);
    expect(place).toMatchObject({ out, command: { folder: inputs.folder, metric: "accuracy" } });
    expect(test).toEqual(inputs.plan.config.test);
    expect(existsSync(join(out, "data"))).toBe(false);
    expect(readFileSync(join(out, "settings.json"), "utf8")).toBe('"asked"\n');
  });

  test("a command has no portable adapters, and its files must be those of the plan", () => {
    const inputs = command();
    expect(() => commandTrainer.assertInputs(inputs, false)).not.toThrow();
    expect(() => commandTrainer.assertInputs(inputs, true)).toThrow(
      expect.objectContaining({
        code: "E_SWEEP_OPTIONS",
        message: "portable must be false for a command's adapters, got true",
      }),
    );
    writeFileSync(join(inputs.folder, "train.sh"), "exit 0");
    expect(() => commandTrainer.assertInputs(inputs, false)).toThrow(
      expect.objectContaining({ code: "E_TRAINER_FILE" }),
    );
  });
});
