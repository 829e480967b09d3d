import { expect, test } from "vitest";
import { decide } from "../../../src/index.ts";
import { find } from "../../words/find.ts";
import { accuracyAlone, constantTable } from "./prior-worlds.ts";

const table = constantTable({ sure: 0.5 });

test("name the prior, and the rank that comes closest to it", () => {
  const decision = decide(table);
  expect(find(decision, "none-recommended")?.why).toBe("not-better");
  expect(find(decision, "nothing-learned")).toMatchObject({
    state: "not-better",
    source: "labels",
    accuracy: expect.closeTo(0.7, 10),
    logLoss: expect.closeTo(0.611, 3),
  });
  expect(find(decision, "closest-to-prior")).toMatchObject({ rank: 2, accuracy: 0 });
  expect(find(decision, "basis")).toMatchObject({ seeds: 3, examples: 800, holdsFor: "ranks" });
});

test("are no more than the examples show", () => {
  const decision = decide(constantTable({ examples: 200, sure: 0.5 }));
  expect(find(decision, "none-recommended")?.why).toBe("unclear");
  expect(find(decision, "nothing-learned")?.state).toBe("unclear");
});

test("go by the metric of the decision, and have no log loss where there is none", () => {
  const cells = table.cells.map((cell) =>
    cell.rank === 4 ? { ...cell, logLoss: Array.from(cell.correct, () => 0.65) } : cell,
  );
  expect(find(decide({ ...table, cells }, { metric: "log-loss" }), "closest-to-prior")?.rank).toBe(4);
  const alone = decide(accuracyAlone(table));
  expect(find(alone, "nothing-learned")).not.toHaveProperty("logLoss");
  expect(find(alone, "closest-to-prior")).not.toHaveProperty("logLoss");
});

test("say of runs that are all alike what cannot be known of them", () => {
  const decision = decide({ ...table, prior: { ...table.prior, source: "agreement" } });
  expect(find(decision, "none-recommended")?.why).toBe("same-answers");
  expect(find(decision, "nothing-learned")).toMatchObject({ source: "agreement", runs: 6 });
  expect(find(decision, "closest-to-prior")).toBeUndefined();
  expect(find(decision, "basis")?.holdsFor).toBe("none");
});
