import type { Decision, Results } from "@lorank/core/results";
import { expect, test } from "vitest";
import { nextCommand } from "../src/sweep/next-command.ts";

const trial = { spec: { optimizer: { epochs: 3 } } };
const next = (decision: Partial<Decision>): string =>
  nextCommand({ decision, sweep: { ranks: [4, 16] }, trials: [trial] } as unknown as Results, "my sweep");

test("a verdict leads to a larger rank, more seeds, or the other metric", () => {
  expect(next({ verdict: "extend" })).toContain("--ranks 32 --extend");
  expect(next({ verdict: "inconclusive", seeds: 3 })).toContain("--seeds 6 --extend");
  expect(next({ verdict: "inconclusive", seeds: 3, needed: { seeds: 5, examples: 9 } })).toContain(
    "--seeds 5",
  );
  expect(next({ verdict: "adequate", metric: "accuracy" })).toContain("verdict 'my sweep' --metric log-loss");
  expect(next({ verdict: "adequate", metric: "log-loss" })).toContain("--metric accuracy");
});

test("a training that taught nothing leads to another training, longer only where it was too short", () => {
  const faults = ["rate-too-high", "too-short", "memorising", "unknown"] as const;
  const commands = faults.map((fault) => next({ verdict: "inconclusive", seeds: 3, fault }));
  expect(commands[0]).toContain("--learning-rate auto --out other");
  expect(commands[1]).toContain("--epochs 6 --out other");
  expect(commands[2]).toContain("once the labels are checked");
  expect(commands[3]).toBe(commands[2]);
  for (const command of commands) expect(command).not.toContain("--extend");
});
