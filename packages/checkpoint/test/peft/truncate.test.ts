import { describe, expect, test } from "vitest";
import { layerScaling, truncateAdapter } from "../../src/index.ts";
import { counting, smallAdapter, withMagnitudes } from "../helpers/adapters.ts";
import { caught } from "../helpers/caught.ts";

describe("truncateAdapter", () => {
  // A = I and B has orthogonal columns of length 3 and 1, scaling 16 / 2 = 8: singular values 24 and 8
  const layer = {
    loraA: { shape: [2, 2] as const, data: Float32Array.of(1, 0, 0, 1) },
    loraB: { shape: [3, 2] as const, data: Float32Array.of(3, 0, 0, 1, 0, 0) },
    alpha: 16,
  };
  const adapter = smallAdapter({ layers: new Map([["m.q_proj", layer]]) });

  test("keeps the largest singular values, with the scaling in the factors", () => {
    const { adapter: lower, errors } = truncateAdapter(adapter, 1);
    expect(lower).toMatchObject({ rank: 1, alpha: 1, scalingRule: "lora", heads: adapter.heads });
    expect(layerScaling(lower, "m.q_proj")).toBe(1);
    const { loraA, loraB } = lower.layers.get("m.q_proj")!;
    expect([loraA.shape, loraB.shape]).toEqual([
      [1, 2],
      [3, 1],
    ]);
    expect(loraB.data[0]! * loraA.data[0]!).toBeCloseTo(24, 5);
    expect(errors.get("m.q_proj")!.error).toBeCloseTo(8, 12);
    expect(errors.get("m.q_proj")!.norm).toBeCloseTo(Math.hypot(24, 8), 12);
  });

  test("a layer of a lower rank keeps its own", () => {
    const wide = { loraA: counting(4, 5), loraB: counting(6, 4), alpha: 16 };
    const layers = new Map([
      ["m.q_proj", layer],
      ["m.v_proj", wide],
    ]);
    const { adapter: lower, errors } = truncateAdapter(smallAdapter({ rank: 4, layers }), 3);
    const facts = [...lower.layers.values()].map(({ loraA, alpha }) => [loraA.shape[0], alpha]);
    expect(facts).toEqual([
      [2, 2],
      [3, 3],
    ]);
    expect(errors.get("m.q_proj")!.error).toBe(0);
  });

  test("keeps DoRA's magnitudes", () => {
    const dora = withMagnitudes(adapter);
    const { adapter: lower } = truncateAdapter(dora, 1);
    expect(lower.dora).toBe(true);
    expect(lower.layers.get("m.q_proj")!.magnitude).toEqual(dora.layers.get("m.q_proj")!.magnitude);
  });

  test("of the adapter's own rank changes nothing but the factors", () => {
    const { adapter: same, errors } = truncateAdapter(adapter, 2);
    const { loraA, loraB } = same.layers.get("m.q_proj")!;
    const update = (row: number, column: number): number =>
      loraB.data[2 * row]! * loraA.data[column]! + loraB.data[2 * row + 1]! * loraA.data[2 + column]!;
    expect(
      [0, 1, 2].map((row) => [0, 1].map((column) => Math.round(update(row, column) * 1e4) / 1e4 + 0)),
    ).toEqual([
      [24, 0],
      [0, 8],
      [0, 0],
    ]);
    expect(errors.get("m.q_proj")!.error).toBe(0);
  });

  test("refuses a rank above the adapter's", () => {
    expect(caught(() => truncateAdapter(adapter, 3))).toMatchObject({
      code: "E_RANK",
      message: "rank must be at most the adapter's own, 2, got 3",
    });
  });
});
