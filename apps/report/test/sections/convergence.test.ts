import { expect, test } from "vitest";
import { rateDecides } from "../fixtures/scenes.ts";
import { sectionText } from "./section-text.ts";

test("each rank has its state, the expected fall with its interval, and the loss at the end", () => {
  const text = sectionText(rateDecides(), "convergence")!;
  const [first] = rateDecides().decision.convergence!;
  expect(first!.state).toBe("unclear");
  expect(text).toContain(
    ` 2 unclear: hidden by noise ${first!.fall!.toFixed(3)} −0.023 to +0.058 ${first!.trainLoss!.toFixed(3)} 1 5 `,
  );
  expect(text).toContain("No rank was surely short of training when its budget ended.");
  expect(text).toContain("below 0.02 nats it counts as none");
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
