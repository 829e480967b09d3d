import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { runOptions } from "../../src/index.ts";
import type { ProgressEvent } from "../../src/plan/events.ts";
import { prepareCommand } from "../../src/prepare/prepare-command.ts";
import { SweepStore } from "../../src/store/store.ts";
import { commandTrainer } from "../../src/trainers/command.ts";
import { measureCommand } from "../../src/trainers/measure-command.ts";
import { resumeFolder } from "../../src/trainers/take-over.ts";
import { commandExample } from "../helpers/command-example.ts";
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

describe("measureCommand", () => {
  function measure(train: string, onEvent?: (event: ProgressEvent) => void) {
    const { place, spec, trialId } = commandExample({ train });
    return measureCommand(place, spec, trialId, 4, onEvent);
  }

  const step = (i: string) => `echo '{"step":${i},"loss":1,"steps":100}' >> "$1/losses.jsonl"`;

  test("a trial's time is that of all steps that are planned, with what comes before and behind", async () => {
    const seen = temporaryFolder();
    const until = (line: string) => `until [ -e '${seen}/${line}' ]; do sleep 0.01; done`;
    const train = `
      test "$LORANK_MAX_STEPS" = 4 || exit 9
      sleep 0.2; ${step("1")}; ${until("1")}; sleep 0.3; ${step("4")}; ${until("4")}; sleep 0.2`;
    const cost = await measure(train, (event) => {
      if (event.kind === "step") writeFileSync(join(seen, String(event.step)), "");
    });
    // Between two losses that are seen 0.3 s apart or more are 3 steps; a busy machine can only be slower.
    expect(cost.secondsPerStep).toBeGreaterThan(0.05);
    expect(cost.evaluateSeconds).toBeGreaterThan(0.1);
    expect(cost.openSeconds).toBeGreaterThanOrEqual(0);
    expect(cost.trialSeconds).toBeCloseTo(
      cost.openSeconds + 100 * cost.secondsPerStep + cost.evaluateSeconds,
    );
  });

  test.each([
    ["no losses", "exit 0", "got 0 that came"],
    ["one loss", step("1"), "got 1 that came"],
    [
      "no number of steps",
      `for i in 1 2; do echo '{"step":'$i',"loss":1}' >> "$1/losses.jsonl"; sleep 0.2; done`,
      "steps",
    ],
  ])("a trainer that writes %s cannot be timed", async (_, train, words) => {
    await expect(measure(train)).rejects.toMatchObject({
      code: "E_LOSSES",
      message: expect.stringContaining(words),
    });
  });

  test("a command that fails is no measurement", async () => {
    await expect(measure("exit 1")).rejects.toThrow("the command exited with code 1");
  });
});
