import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ProgressEvent } from "../../src/plan/events.ts";
import { measureCommand } from "../../src/trainers/measure-command.ts";
import { commandExample } from "../helpers/command-example.ts";
import { temporaryFolder } from "../helpers/example.ts";

describe("measureCommand", () => {
  function measure(train: string, onEvent?: (event: ProgressEvent) => void) {
    const { place, spec, trialId } = commandExample({ train });
    return measureCommand(place, { ...spec, evaluateEvery: 0.25 }, trialId, 4, onEvent);
  }

  const step = (i: string) => `echo '{"step":${i},"loss":1,"steps":100}' >> "$1/losses.jsonl"`;

  test("a trial's time is that of all steps that are planned, with what comes before and behind", async () => {
    const seen = temporaryFolder();
    const until = (line: string) => `until [ -e '${seen}/${line}' ]; do sleep 0.01; done`;
    const train = `
      test "$LORANK_MAX_STEPS" = 4 && test "$LORANK_EVALUATE_EVERY" = 0 || exit 9
      sleep 0.2; ${step("1")}; ${until("1")}; sleep 0.3; ${step("4")}; ${until("4")}; sleep 0.2`;
    const cost = await measure(train, (event) => {
      if (event.kind === "step") writeFileSync(join(seen, String(event.step)), "");
    });
    // Between two losses that are seen 0.3 s apart or more are 3 steps; a busy machine can only be slower.
    expect(cost.secondsPerStep).toBeGreaterThan(0.05);
    expect(cost.evaluateSeconds).toBeGreaterThan(0.1);
    expect(cost.openSeconds).toBeGreaterThanOrEqual(0);
    expect(cost.trialSeconds).toBeCloseTo(
      cost.openSeconds + 100 * cost.secondsPerStep + 4 * cost.evaluateSeconds,
    );
    expect(cost).toMatchObject({ steps: 100, pointsSeconds: 3 * cost.evaluateSeconds });
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
