import { describe, expect, test } from "vitest";
import { consumerWarnings, layerScaling, type PeftAdapter, portableAdapter } from "../../src/index.ts";
import { counting, smallAdapter, withMagnitudes } from "../helpers/adapters.ts";
import { caught } from "../helpers/caught.ts";

const uneven = smallAdapter({
  scalingRule: "rslora",
  layers: new Map([
    ["a.q_proj", { loraA: counting(2, 4), loraB: counting(6, 2), alpha: 16 }],
    ["b.q_proj", { loraA: counting(3, 4), loraB: counting(6, 3), alpha: 5 }],
  ]),
});

/** scaling · B · A of a layer, by the definition. */
function update(adapter: PeftAdapter, path: string): number[] {
  const { loraA, loraB } = adapter.layers.get(path)!;
  const [rank, inDim] = loraA.shape;
  const scaling = layerScaling(adapter, path);
  return Array.from({ length: loraB.shape[0] * inDim }, (_, index) => {
    const [i, j] = [Math.floor(index / inDim), index % inDim];
    let sum = 0;
    for (let k = 0; k < rank; k++) sum += loraB.data[i * rank + k]! * loraA.data[k * inDim + j]!;
    return scaling * sum;
  });
}

describe("portableAdapter", () => {
  test("has one rank, alpha = rank, no rsLoRA and no head, and the same update", () => {
    const portable = portableAdapter(uneven);
    expect(portable).toMatchObject({ rank: 3, alpha: 3, scalingRule: "lora" });
    expect(portable.heads.size).toBe(0);
    for (const [path, { loraA, loraB, alpha }] of portable.layers) {
      expect([loraA.shape, loraB.shape, alpha]).toEqual([[3, 4], [6, 3], 3]);
      expect(layerScaling(portable, path)).toBe(1);
      const before = update(uneven, path);
      for (const [i, value] of update(portable, path).entries())
        expect(Math.abs(value - before[i]!)).toBeLessThan(1e-6 * Math.max(...before));
    }
  });

  test("keeps the names of the classes", () => {
    const classNames = ["ham", "spam"];
    expect(portableAdapter({ ...uneven, classNames }).classNames).toBe(classNames);
  });

  test("keeps a head when asked to", () => {
    expect([...portableAdapter(uneven, { keepHeads: true }).heads.keys()]).toEqual(["score.weight"]);
  });

  test("has nothing left that a consumer warns of, but mlx-lm, which reads no PEFT folder", () => {
    expect(consumerWarnings(portableAdapter(uneven)).map(({ consumer }) => consumer)).toEqual(["mlx-lm"]);
  });

  test("refuses DoRA and says what to do", () => {
    expect(caught(() => portableAdapter(withMagnitudes(smallAdapter())))).toMatchObject({
      code: "E_PEFT",
      message:
        "a portable adapter must be without DoRA, got one with magnitudes\nMerge it into its base instead.",
    });
  });
});
