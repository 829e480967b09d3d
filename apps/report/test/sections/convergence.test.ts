import { expect, test } from "vitest";
import { rateDecides } from "../fixtures/scenes.ts";
import { sectionText } from "./section-text.ts";

test("each rank has its state and the loss at the end", () => {
  const text = sectionText(rateDecides(), "convergence")!;
  const [first] = rateDecides().decision.convergence!;
  expect(first!.state).toBe("unclear");
  expect(text).toContain(` 2 unclear: hidden by noise ${first!.trainLoss!.toFixed(3)} 1 5 `);
  expect(text).toContain("No rank was surely short of training when its budget ended.");
  expect(text).toContain("less than 0.02 nats");
});

test("where a loss still fell the section does not say that none did, and a sweep without loss curves has no section", () => {
  const results = rateDecides();
  const convergence = results.decision.convergence!.map((one) => ({ ...one, state: "falling" as const }));
  expect(
    sectionText({ ...results, decision: { ...results.decision, convergence } }, "convergence"),
  ).not.toContain("No rank was surely short");
  const { convergence: _, ...judged } = results.decision;
  expect(sectionText({ ...results, decision: judged }, "convergence")).toBeUndefined();
});
