import { expect, test } from "vitest";
import { expectedTrials, methodOf } from "../../src/methods/methods.ts";
import { SweepStore } from "../../src/store/store.ts";
import { examplePlan, temporaryFolder } from "../helpers/example.ts";

const grid = { ranks: [2, 4, 8], seeds: [0, 1, 2, 3, 4] };

test("a plan without a method is a grid; the others begin with fewer trials", () => {
  const store = new SweepStore(temporaryFolder());
  const first = (method?: "probe" | "race") =>
    methodOf(examplePlan({ ...grid, ...(method ? { method } : {}) }))
      .wanted(store)
      .trials.map(({ lora, seed }) => `${lora.rank}/${seed}`);
  expect(first()).toHaveLength(15);
  expect(first("probe").every((name) => name.startsWith("8/"))).toBe(true);
  expect(first("race").length).toBeLessThan(15);
  expect(new Set(first("race").map((name) => name.split("/")[0]))).toEqual(new Set(["2", "4", "8"]));
});

test("expects of a probe two ranks' trials, of a race at most the grid's", () => {
  expect(expectedTrials(examplePlan(grid))).toBe(15);
  expect(expectedTrials(examplePlan({ ...grid, method: "race" }))).toBe(15);
  const probe = expectedTrials(examplePlan({ ...grid, method: "probe" }));
  expect(probe).toBe(2 * 4);
});
