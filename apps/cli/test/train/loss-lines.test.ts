import type { TrialEvent } from "@lorank/train";
import { describe, expect, test } from "vitest";
import { lossLines } from "../../src/commands/train/loss-lines.ts";

const step = (step: number, steps: number, loss: number): TrialEvent => ({
  kind: "step",
  step,
  steps,
  loss,
  learningRate: 1e-3,
});

/** A display whose clock goes on by a second a step. */
function display(live: boolean) {
  const seen = { text: "", seconds: 0 };
  const write = (more: string): void => {
    seen.text += more;
  };
  const lines = lossLines({ columns: 60, write }, { live, now: () => 1000 * seen.seconds });
  const run = (steps: number, loss: (step: number) => number) => {
    for (let i = 1; i <= steps; i++) {
      seen.seconds = i;
      lines.event(step(i, steps, loss(i)));
    }
  };
  return { seen, lines, run };
}

describe("lossLines in a log", () => {
  test("writes the first step and then twenty lines, each the mean since the last one", () => {
    const { seen, run } = display(false);
    run(200, (i) => i);
    const written = seen.text.trimEnd().split("\n");
    expect(written).toHaveLength(21);
    expect(written[0]).toBe("1970-01-01T00:00:01.000Z step 1 of 200, loss 1.0000");
    // steps 2 to 10: their mean is 6; 9 steps after the first took 9 s, 190 are left
    expect(written[1]).toBe("1970-01-01T00:00:10.000Z step 10 of 200, loss 6.0000, about 3:10 left");
    // steps 191 to 200
    expect(written.at(-1)).toBe("1970-01-01T00:03:20.000Z step 200 of 200, loss 195.5000");
  });
  test("tells the time left from the steps after the first, which waits for the model", () => {
    const { seen, lines } = display(false);
    for (const [seconds, n] of [[60, 1] as const, [61, 2] as const]) {
      seen.seconds = seconds;
      lines.event(step(n, 12, 1));
    }
    expect(seen.text.trimEnd().split("\n").at(-1)).toContain("step 2 of 12, loss 1.0000, about 10 s left");
  });
  test("says from which step a training goes on, and tells the time left from the steps of this process", () => {
    const { seen, lines } = display(false);
    lines.event({ kind: "note", text: "the checkpoint of step 400 is not used: it is damaged" });
    lines.event({ kind: "resumed", step: 200, steps: 1000 });
    for (const [seconds, n] of [[60, 201] as const, [109, 250] as const]) {
      seen.seconds = seconds;
      lines.event(step(n, 1000, 1));
    }
    lines.event({ kind: "checkpoint", step: 250, steps: 1000, bytes: 1000, seconds: 0.1 });
    expect(
      seen.text
        .trimEnd()
        .split("\n")
        .map((line) => line.slice(25)),
    ).toEqual([
      "the checkpoint of step 400 is not used: it is damaged",
      "goes on from step 200 of 1,000",
      "step 250 of 1000, loss 1.0000, about 12:30 left",
    ]);
  });
  test("writes every step of a short training once", () => {
    const { seen, run } = display(false);
    run(3, () => 0.5);
    expect(seen.text.match(/step \d of 3/g)).toEqual(["step 1 of 3", "step 2 of 3", "step 3 of 3"]);
  });
  test("draws nothing over itself, and says nothing of the evaluation", () => {
    const { seen, lines, run } = display(false);
    run(40, () => 1);
    lines.event({ kind: "evaluating", done: 10, total: 100 });
    lines.end();
    for (const control of ["\r", "\u001b", "evaluating"]) expect(seen.text).not.toContain(control);
  });
});

describe("lossLines on a terminal", () => {
  test("draws the step at hand below the lines that stay, and leaves nothing of it behind", () => {
    const { seen, lines, run } = display(true);
    run(40, (i) => i);
    lines.event({ kind: "evaluating", done: 10, total: 100 });
    lines.end();
    // step 3 is drawn, wiped for the line of step 4, which is the mean of 3 and 4
    expect(seen.text).toContain(
      "step 3 of 40, loss 3.0000, about 37 s left\r\u001b[Kstep 4 of 40, loss 3.5000",
    );
    expect(seen.text.endsWith("evaluating, 10 of 100\r\u001b[K")).toBe(true);
  });
});

test("lossLines shows each evaluation on the way", () => {
  const { seen, lines } = display(false);
  const secondary = [{ name: "forgetting", mean: 0.0312 }];
  lines.event({ kind: "point", step: 20, steps: 100, accuracy: 0.93, logLoss: 0.2134, secondary });
  expect(seen.text).toBe(
    "1970-01-01T00:00:00.000Z step 20 of 100 evaluated: accuracy 93.00 %, log loss 0.2134, forgetting 0.0312\n",
  );
});
