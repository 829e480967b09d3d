import type { LoraLayer, PeftAdapter } from "@lorank/checkpoint";
import { catalogueModels } from "@lorank/core/memory";
import { modelShapeFromConfig, targetLayers } from "@lorank/core/models";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { allocationOf, armLines, peftPlacements, placements } from "../../src/commands/init/placement.ts";
import { arms as armsKind } from "../../src/flags/arms-kind.ts";

function shapeOf(name: string) {
  const model = catalogueModels().find(({ id }) => id.endsWith(name))!;
  return modelShapeFromConfig(model.config);
}

/** Parameters of one rank, from the sizes in the models' published configs. */
const perRank = {
  "all-MiniLM-L6-v2": { attention: 6 * 4 * (384 + 384), mlp: 6 * 2 * (384 + 1536), pooler: 384 + 384 },
  "SmolLM2-135M": {
    attention: 30 * (2 * (576 + 576) + 2 * (576 + 192)),
    mlp: 30 * 3 * (576 + 1536),
    pooler: 0,
  },
};

describe.each(Object.entries(perRank))(
  "arms of equal parameters of %s",
  (name, { attention, mlp, pooler }) => {
    const shape = shapeOf(name);

    test.each([1, 8, 16])("have those of rank %d on all layers, to half a rank", (rank) => {
      const [whole, ...parts] = placements(shape, rank);
      const budget = rank * (attention + mlp + pooler);
      expect(whole).toMatchObject({ name: "all-linear", rank, parameters: budget });
      expect(parts.map((part) => part.name)).toEqual(["attention", "mlp"]);
      for (const [place, each] of [attention, mlp].entries()) {
        const part = parts[place]!;
        expect(part.parameters).toBe(part.rank * each);
        expect(Math.abs(part.parameters - budget)).toBeLessThanOrEqual(each / 2);
      }
    });

    test("are read as written, with AdaLoRA and EVA on all layers, and three rates each", () => {
      const written = parse(armLines(peftPlacements(placements(shape, 8), 5e-4), false).join("\n")) as {
        arms: unknown;
      };
      const arms = armsKind.parse(written.arms)!;
      expect(arms).toHaveLength(15);
      expect(new Set(arms.map((arm) => arm.name)).size).toBe(15);
      const choosers = arms.filter(({ values }) => values !== undefined);
      expect(choosers.map(({ name, rank, targets, values }) => ({ name, rank, targets, values }))).toEqual(
        [
          ["adalora", "5e-4", "1.5e-3", "5e-3"],
          ["eva", "1.7e-4", "5e-4", "1.5e-3"],
        ].flatMap(([chooser, ...rates]) =>
          rates.map((rate) => ({
            name: `${chooser} ${rate}`,
            rank: 8,
            targets: "all-linear",
            values: { chooser },
          })),
        ),
      );
      for (const { name, "learning-rate": rate } of arms)
        expect(name.endsWith(` ${Number(rate).toExponential()}`)).toBe(true);
    });
  },
);

test("arms of this engine have one cost, so that parameters that are nearly equal decide nothing", () => {
  const lines = armLines(placements(shapeOf("all-MiniLM-L6-v2"), 8), true);
  const { arms } = parse(lines.join("\n")) as { arms: unknown };
  expect(armsKind.parse(arms)!.map(({ cost }) => cost)).toEqual([1, 1, 1]);
});

describe("an allocation by an adapter's spectrum", () => {
  const shape = shapeOf("SmolLM2-135M");
  const layers = targetLayers(shape, "all-linear");
  /** An adapter that changed two layers, one of them in two directions. */
  const changed = new Map([
    [layers[3]!.path, [5, 3]],
    [layers.at(-1)!.path, [4, 0]],
  ]);
  const layerOf = ({ path, inDim, outDim }: (typeof layers)[number]): LoraLayer => {
    const [first = 0, second = 0] = changed.get(path) ?? [];
    const loraA = new Float32Array(2 * inDim);
    loraA[0] = loraA[inDim + 1] = 1;
    const loraB = new Float32Array(2 * outDim);
    [loraB[0], loraB[3]] = [first, second];
    return {
      loraA: { shape: [2, inDim], data: loraA },
      loraB: { shape: [outDim, 2], data: loraB },
      alpha: 2,
    };
  };
  const adapter = {
    ...{ rank: 2, alpha: 2, scalingRule: "lora" },
    layers: new Map(layers.map((layer) => [layer.path, layerOf(layer)])),
  } as unknown as PeftAdapter;

  test("gives ranks to the changed layers alone, within the parameters of the uniform rank", () => {
    const [whole] = placements(shape, 1);
    const arm = allocationOf(adapter, shape, whole!.parameters);
    const [two, one] = [...changed.keys()];
    expect(arm.parameters).toBeLessThanOrEqual(whole!.parameters);
    expect(arm.settings.targets).toEqual([two, one]);
    const pattern = arm.settings["rank-pattern"] as Readonly<Record<string, number>>;
    expect({ [two!]: arm.rank, [one!]: arm.rank, ...pattern }).toEqual({ [two!]: 2, [one!]: 1 });
    expect(armsKind.parse([{ name: arm.name, ...arm.settings }])).toBeDefined();
  });

  test("is refused for another model's adapter", () => {
    const other = { ...adapter, layers: new Map([["other.q_proj", layerOf(layers[0]!)]]) };
    expect(() => allocationOf(other, shape, 1000)).toThrow(
      "--spectrum must be an adapter of the model, which has no layer other.q_proj",
    );
  });
});
