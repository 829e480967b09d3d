import { modelAt } from "@lorank/checkpoint/files";
import { describe, expect, test } from "vitest";
import { adaptersOn } from "../../src/browser.ts";
import { trainLora } from "../../src/index.ts";
import { tinyTexts } from "../helpers/tiny.ts";

const request = { ...tinyTexts(), epochs: 1, trainExamples: 8 };
const task = { kind: "classification", labels: ["ham", "spam"] } as const;

describe("adaptersOn", () => {
  test.each([
    { targets: "attention", rank: 2 },
    { targets: "mlp", rank: 3 },
    { targets: "all-linear", rank: 2, dora: true },
    { targets: ["q_proj", "down_proj"], rank: 1, alpha: "rank", scaling: "rslora" },
  ] as const)(
    "has the settings and sizes of a trained adapter: $targets at rank $rank",
    async ({ rank, ...settings }) => {
      const { lora, size } = adaptersOn(modelAt(request.model), task)({ ...request, ...settings }, rank);
      const { result } = await trainLora({ ...request, ...settings, rank });
      const { loraParams, trainableParams, gradientBytes, optimizerBytes } = result;
      expect(size).toMatchObject({ rank, loraParams, trainableParams, gradientBytes, optimizerBytes });
      const { alpha, ...others } = result.spec.lora;
      expect({ ...lora, rank, alpha: undefined }).toEqual({ ...others, rank, alpha: undefined });
      expect(lora.alpha).toEqual(alpha === rank ? { kind: "equal-to-rank" } : { kind: "fixed", alpha });
    },
  );

  test("refuses a name without a layer, and a rank above a layer's smaller dimension", () => {
    const on = (settings: object, rank: number) => () =>
      adaptersOn(modelAt(request.model), task)({ ...request, ...settings }, rank);
    expect(on({ targets: ["q_porj"] }, 2)).toThrow('no layer matches "q_porj"');
    expect(on({}, 9999)).toThrow("rank must be at most");
  });
});
