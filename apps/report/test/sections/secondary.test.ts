import { expect, test } from "vitest";
import { adequate } from "../fixtures/scenes.ts";
import { sectionText } from "./section-text.ts";

test("other outcomes have a table, if there are any, with the state of each condition", () => {
  const results = adequate();
  const { decision } = results;
  expect(sectionText(results, "secondary")).toBeUndefined();
  const ranks = decision.ranks.map(({ rank }, i) => ({ rank, mean: 0.01 * (i + 1) }));
  const secondary = [
    {
      ...{ name: "forgetting", better: "lower" as const, unit: "nats", limit: 0.05, examples: 40 },
      ranks: ranks.map((one) => ({
        ...one,
        interval: [0.005, 0.06] as const,
        bound: 0.07,
        condition: "open" as const,
      })),
    },
    { ...{ name: "latency", better: "lower" as const, examples: 1 }, ranks },
  ] as const;
  const text = sectionText({ ...results, decision: { ...decision, secondary } }, "secondary")!;
  expect(text).toContain("forgetting nats, at most 0.05");
  expect(text).toContain("latency lower is better");
  expect(text).toContain(" 4 0.02 0.005 to 0.06, open 0.02 ");
});
