import { describe, expect, test, vi } from "vitest";
import { measureSteps } from "../../src/node/trials.ts";
import { Transformer } from "../../src/transformer/transformer.ts";
import { tinyTrial, unevenDataset } from "../helpers/tiny.ts";

const tiny = tinyTrial({}, {}, undefined, unevenDataset());
const specs = [0, 1, 2].map((seed) => ({ ...tiny.spec, seed }));

/** Rows and columns of every training pass, in order. */
async function shapesOf(count: number, steps: number): Promise<[number, number][]> {
  const spy = vi.spyOn(Transformer.prototype, "trainStep");
  const cost = await measureSteps(specs.slice(0, count), tiny.resources, steps);
  const shapes = spy.mock.calls.map(([{ lengths, seq }]): [number, number] => [lengths.length, seq]);
  spy.mockRestore();
  expect(cost.secondsPerTrialStep).toBeGreaterThan(0);
  expect(cost.peakResidentBytes).toBeGreaterThan(2 ** 20);
  return shapes;
}

describe("measuring steps", () => {
  test.each([1, 3])(
    "of %i: three passes over the longest texts and the first steps, all trials at once",
    async (trials) => {
      const shapes = await shapesOf(trials, 2);
      const pass = shapes.slice(0, shapes.length / 3);
      expect(shapes).toEqual([...pass, ...pass, ...pass]);
      expect(pass).toHaveLength(3 * 2); // 8 texts a step, 4 at a time
      expect(pass.every(([rows]) => rows === 4 * trials)).toBe(true);
      const columns = pass.map(([, seq]) => seq);
      expect(columns[0]).toBe(Math.max(...columns));
      const longest = Math.max(...unevenDataset().train.map(({ inputIds }) => inputIds.length));
      expect(columns[0]).toBe(16 * Math.ceil(longest / 16));
    },
  );

  test("takes the steps that there are where there are fewer", async () => {
    expect(await shapesOf(1, 50)).toHaveLength(3 * 2 * (1 + 6));
  });

  test("needs trials that train for two steps, and that may be stacked", async () => {
    const optimizer = { ...tiny.spec.optimizer, learningRate: 1e38, warmupRatio: 0, maxGradientNorm: 0 };
    const wild = { ...tiny.spec, optimizer };
    await expect(measureSteps([wild], tiny.resources, 5)).rejects.toThrow(
      "the loss must stay finite for two steps, got",
    );
    const dora = specs.map((spec) => ({ ...spec, lora: { ...spec.lora, dora: true as const } }));
    await expect(measureSteps(dora, tiny.resources, 5)).rejects.toMatchObject({ code: "E_PACK" });
  });
});
