import { expect, test } from "vitest";
import { kindSpectra, layerSpectra } from "../../src/adapter/spectra.ts";
import { smallAdapter } from "../small-adapter.ts";

/** Singular values 3 and 1, and 4 and 4, under a scaling of 2. */
const adapter = smallAdapter({
  layers: new Map(
    [
      [3, 1],
      [4, 4],
    ].map(([a, b], layer) => [
      `model.layers.${layer}.q_proj`,
      {
        loraA: { shape: [2, 2] as const, data: Float32Array.of(1, 0, 0, 1) },
        loraB: { shape: [2, 2] as const, data: Float32Array.of(a!, 0, 0, b!) },
        alpha: 4,
      },
    ]),
  ),
});

test("a layer's figures are those of scaling · B · A", () => {
  const [first] = layerSpectra(adapter);
  expect(first).toMatchObject({
    path: "model.layers.0.q_proj",
    rank: 2,
    alpha: 4,
    scaling: 2,
    singularValues: [6, 2],
    stableRank: 40 / 36,
    rankAtEnergy: { "90": 1, "95": 2, "99": 2 },
  });
  expect(first!.frobeniusNorm).toBeCloseTo(Math.sqrt(40), 12);
});

test("a kind has the norm of all its layers and the ranges of the rest", () => {
  const [kind, ...others] = kindSpectra(layerSpectra(adapter));
  expect(others).toEqual([]);
  expect(kind).toMatchObject({
    kind: "q_proj",
    layers: 2,
    rank: [2, 2],
    largestSingularValue: 8,
    stableRank: [40 / 36, 2],
    rankAt90: [1, 2],
  });
  expect(kind!.frobeniusNorm).toBeCloseTo(Math.sqrt(40 + 128), 12);
});
