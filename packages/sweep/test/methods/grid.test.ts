import { expect, test } from "vitest";
import { grid } from "../../src/methods/grid.ts";
import { SweepStore } from "../../src/store/store.ts";
import { examplePlan, temporaryFolder } from "../helpers/example.ts";

test("wants every rank under every seed, from the beginning", () => {
  const plan = examplePlan({ ranks: [2, 4], seeds: [0, 1] });
  const method = grid(plan);
  expect(method.wanted(new SweepStore(temporaryFolder()))).toEqual({ trials: plan.specs, truncations: [] });
  expect(method.expectedTrials).toBe(4);
});
