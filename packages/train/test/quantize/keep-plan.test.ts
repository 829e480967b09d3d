import { describe, expect, test } from "vitest";
import { type KeepCandidate, planKeptLayers } from "../../src/quantize/keep-plan.ts";

const layer = (path: string, share: number, bytes4bit: number, bytesKept: number): KeepCandidate => ({
  path,
  share,
  bytes4bit,
  bytesKept,
});
// Share for each byte more: a 8 / 30, b 6 / 15, c 2 / 30, d 0.
const layers = [layer("a", 8, 10, 40), layer("b", 6, 5, 20), layer("c", 2, 10, 40), layer("d", 0, 10, 11)];
const planned = (budget: number) => {
  const { kept, ...rest } = planKeptLayers(layers, 100, budget);
  return { kept: kept.map(({ path }) => path), ...rest };
};

describe("planKeptLayers", () => {
  test.each([
    [135, [], 135, 16], // 100 + 35: just the model in 4 bits
    [149, [], 135, 16], // b would be one byte too many
    [150, ["b"], 150, 10],
    [179, ["b"], 150, 10],
    [180, ["b", "a"], 180, 2],
    [1000, ["b", "a", "c"], 210, 0], // d has no share
  ])("with %i bytes it keeps %j", (budget, kept, bytes, shareAfter) => {
    expect(planned(budget)).toEqual({ kept, bytes, shareBefore: 16, shareAfter });
  });

  test("passes over what does not fit and takes what does", () => {
    const { kept, bytes } = planKeptLayers([layer("large", 9, 10, 60), layer("small", 1, 10, 20)], 0, 45);
    expect(kept.map(({ path }) => path)).toEqual(["small"]);
    expect(bytes).toBe(30);
  });

  test("leaves in 4 bits what makes up for others", () => {
    const { kept, shareAfter } = planKeptLayers([layer("a", 3, 10, 20), layer("b", -1, 10, 20)], 0, 40);
    expect(kept.map(({ path }) => path)).toEqual(["a"]);
    expect(shareAfter).toBe(-1);
  });

  test("says what the least budget is", () => {
    expect(() => planned(134)).toThrow(
      expect.objectContaining({
        code: "E_BUDGET",
        message: "budget must be at least the 135 bytes of the model with all layers in 4 bits, got 134",
      }),
    );
  });
});
