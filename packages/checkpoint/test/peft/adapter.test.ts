import { expect, test } from "vitest";
import { layerScaling } from "../../src/index.ts";
import { counting, smallAdapter } from "../helpers/adapters.ts";
import { caught } from "../helpers/caught.ts";

test("a layer is scaled by its own alpha and rank, not by the adapter's", () => {
  const layers = new Map([["q", { loraA: counting(4, 8), loraB: counting(8, 4), alpha: 6 }]]);
  expect(layerScaling(smallAdapter({ layers }), "q")).toBe(6 / 4);
  expect(layerScaling(smallAdapter({ layers, scalingRule: "rslora" }), "q")).toBe(6 / 2);
});

test("a layer that is not there is named", () => {
  expect(caught(() => layerScaling(smallAdapter(), "q")).message).toBe(
    'layer must be one of the adapter\'s, got "q"',
  );
});
