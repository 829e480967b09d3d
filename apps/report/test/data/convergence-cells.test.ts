import { expect, test } from "vitest";
import { stateInWords } from "../../src/data/convergence-cells.ts";

test("every state has its own words", () => {
  const states = ["falling", "converged", "memorising", "stuck", "unclear"] as const;
  const words = states.map((state) => stateInWords({ state }));
  expect(new Set([...words, stateInWords({ state: "stuck", rose: true })]).size).toBe(6);
});
