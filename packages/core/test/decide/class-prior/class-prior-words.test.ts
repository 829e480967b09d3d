import { expect, test } from "vitest";
import { decide } from "../../../src/decide/decide.ts";
import { accuracyAlone, constantTable } from "./prior-worlds.ts";

const table = constantTable({ sure: 0.5 });
const basis =
  "This rests on paired runs with 3 seeds and 800 examples; ± is over the examples and holds for all ranks at once.";

test("names the prior, and the rank that comes closest to it", () => {
  expect(decide(table).explanation).toBe(
    "Inconclusive: no rank is better than the class prior. Always naming the most frequent class is right on 70.0% of the " +
      "examples, and giving each the shares of the classes costs 0.611 nats. r=2 comes closest: 0.0 ± 0.6 points from it " +
      `and, in log loss, 0.082 ± 0.034 nats worse than it. ${basis}`,
  );
});

test("claims no more than the examples show", () => {
  expect(decide(constantTable({ examples: 200, sure: 0.5 })).explanation).toMatch(
    /^Inconclusive: no rank is shown to be better than the class prior\. .* r=2 comes closest: 0\.0 ± 2\.5 points from it/,
  );
});

test("goes by the metric of the decision, and speaks of no log loss where there is none", () => {
  const cells = table.cells.map((cell) =>
    cell.rank === 4 ? { ...cell, logLoss: Array.from(cell.correct, () => 0.65) } : cell,
  );
  expect(decide({ ...table, cells }, { metric: "log-loss" }).explanation).toContain("r=4 comes closest: ");
  expect(decide(accuracyAlone(table)).explanation).toBe(
    "Inconclusive: no rank is better than always naming the most frequent class, which is right on 70.0% of the examples. " +
      `r=2 comes closest: 0.0 ± 0.5 points from it. ${basis}`,
  );
});

test("says of runs that are all alike what cannot be known of them, and how it could", () => {
  const decision = decide({ ...table, prior: { ...table.prior, source: "agreement" } });
  expect(decision.explanation).toBe(
    "Inconclusive: all 6 runs are right on exactly the same examples, like runs that always give one answer. " +
      "Whether they learned anything cannot be known without the class of each example: add a column `label`. " +
      "This rests on paired runs with 3 seeds and 800 examples.",
  );
});
