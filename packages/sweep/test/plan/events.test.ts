import type { TrialEvent } from "@lorank/train";
import { describe, expect, test } from "vitest";
import { throttleEvents } from "../../src/plan/events.ts";

describe("throttleEvents", () => {
  function step(number: number): TrialEvent {
    return { kind: "step", step: number, steps: 100, loss: 1, learningRate: 1e-3 };
  }

  test("passes the first, then one in each interval, and the last whenever it comes", () => {
    let time = 0;
    const passed: number[] = [];
    const report = throttleEvents(
      200,
      (event) => event.kind === "step" && passed.push(event.step),
      () => time,
    );
    for (let number = 1; number <= 100; number++) {
      report(step(number));
      time += 21;
    }
    // Steps are 21 ms apart: every tenth one (10 * 21 > 200), and step 100 though it is only 9 * 21 = 189 ms after 91.
    expect(passed).toEqual([1, 11, 21, 31, 41, 51, 61, 71, 81, 91, 100]);
  });

  test("holds back each kind of event on its own", () => {
    const passed: string[] = [];
    const report = throttleEvents(
      200,
      (event) => passed.push(event.kind),
      () => 0,
    );
    report(step(1));
    report({ kind: "evaluating", done: 1, total: 3 });
    report({ kind: "evaluating", done: 2, total: 3 });
    report({ kind: "evaluating", done: 3, total: 3 });
    expect(passed).toEqual(["step", "evaluating", "evaluating"]);
  });

  test("passes all that is said of checkpoints", () => {
    const passed: TrialEvent[] = [];
    const report = throttleEvents(
      200,
      (event) => passed.push(event as TrialEvent),
      () => 0,
    );
    const events: TrialEvent[] = [
      { kind: "note", text: "one" },
      { kind: "note", text: "two" },
      { kind: "resumed", step: 2, steps: 9 },
      { kind: "checkpoint", step: 3, steps: 9, bytes: 1, seconds: 1 },
      { kind: "checkpoint", step: 4, steps: 9, bytes: 1, seconds: 1 },
    ];
    for (const event of events) report(event);
    expect(passed).toEqual(events);
  });
});
