import { existsSync, readdirSync, readFileSync } from "node:fs";
import { countLoraParams } from "@lorank/core";
import { modelShapeFromConfig, selectTargets, targetNames } from "@lorank/core/models";
import { sizeOf } from "@lorank/graph";
import { describe, expect, test } from "vitest";
import { trainableModelTypes } from "../../core/src/model/computation/computation.ts";
import { resolveTargets } from "../src/adapter/shape.ts";
import { familyOf } from "../src/families/families.ts";
import type { Head } from "../src/families/family.ts";
import { weightShapes } from "../src/transformer/weights.ts";

/** Every config among the fixtures, those of published models too, with each head that its model can have. */
const cases = ["families", "llama-tiny"].flatMap((group) => {
  const folder = new URL(`./fixtures/${group}/`, import.meta.url);
  return readdirSync(folder).flatMap((name) =>
    ["config.json", "config.published.json"].flatMap((file) => {
      const path = new URL(`${name}/${file}`, folder);
      if (!existsSync(path)) return [];
      const config = JSON.parse(readFileSync(path, "utf8")) as Readonly<Record<string, unknown>>;
      const isEncoder = modelShapeFromConfig(config).head.kind === "none";
      const heads: Head[] = [{ kind: "classification", labels: 3 }];
      if (!isEncoder) heads.push({ kind: "causal-lm" });
      return heads.map((head) => ({ name: `${name}/${file}, ${head.kind}`, config, head }));
    }),
  );
});

describe.each(cases)("the estimate's model and the trained one: $name", ({ config, head: kind }) => {
  const family = familyOf(config);
  const head = family.head(kind);
  const shape = modelShapeFromConfig(config, { head: kind });
  const weights = weightShapes(family, head);
  const sum = (sizes: readonly number[]) => sizes.reduce((total, size) => total + size, 0);

  test("have the same parameters", () => {
    expect(shape.totalParams).toBe(sum(weights.map((weight) => sizeOf(weight.shape))));
    const trainedWhole = weights.filter((weight) => weight.trainedWhole);
    const headParams = kind.kind === "classification" ? shape.params.head : 0;
    expect(headParams).toBe(sum(trainedWhole.map((weight) => sizeOf(weight.shape))));
  });

  test("have the same adapters, for every choice of targets", () => {
    const names = [...new Set(shape.linears.map(({ name }) => name))];
    const choices = [
      "all-linear" as const,
      targetNames(shape),
      names,
      ...names.map((name) => [name]),
      names.slice(0, 2),
      [`${shape.layersPath}.0.${family.linears[0]!.path}`],
    ];
    for (const choice of choices) {
      const [selected, targets] = [
        selectTargets(shape, choice),
        resolveTargets(head, { targetModules: choice, rank: 2 }),
      ];
      expect(countLoraParams(selected, 2)).toBe(
        sum(targets.map(({ inDim, outDim }) => 2 * (inDim + outDim))),
      );
      expect(countLoraParams(selected, 2, { dora: true }) - countLoraParams(selected, 2)).toBe(
        sum(targets.map(({ outDim }) => outDim)),
      );
      const stored = new Map(weights.map((weight) => [weight.name, weight.quantizedShape]));
      for (const { path, inDim, outDim } of targets)
        expect(stored.get(`${path}.weight`)).toEqual([outDim, inDim]);
    }
  });
});

test("the fixtures hold every type that can be trained", () => {
  expect(new Set(cases.map(({ config }) => config.model_type))).toEqual(new Set(trainableModelTypes));
});
