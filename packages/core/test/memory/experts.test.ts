import { expect, test } from "vitest";
import { findCatalogueModel } from "../../src/catalogue/catalogue.ts";
import { baseFormat } from "../../src/memory/base-bytes.ts";
import { estimateMemory } from "../../src/memory/estimate.ts";
import { profileOf } from "../../src/memory.ts";
import { modelShapeFromConfig } from "../../src/model/model-shape.ts";
import { selectTargets } from "../../src/models.ts";

const shape = modelShapeFromConfig(findCatalogueModel("mixtral-8x7b")!.config);
const working = (profile: string): number => {
  const { parts, peakPhase } = estimateMemory({
    ...{ shape, targets: selectTargets(shape, ["q_proj", "v_proj"]), rank: 16, base: baseFormat("bf16") },
    ...{ profile: profileOf(profile), microBatch: 4, seq: 4096 },
    settings: { loss: "fused", kbitPrepare: false, checkpointing: "on", dropout: 0 },
  });
  expect(peakPhase).toBe("block backward");
  return parts.activationGradients / (4 * 4096);
};

test("experts that run in turn have the gradients of a quarter of two experts' inner elements at one time", () => {
  const gradient = 2 * shape.hiddenSize;
  // Gradients of the product and of both its factors; stacked experts have freed their two results.
  // The checkpoints of 2024 hold the block's result too.
  expect(working("trl-2024")).toBe(2 * gradient + 3 * 2 * ((14_336 * 2) / 8));
  expect(working("trl")).toBe(gradient + 3 * 2 * (14_336 * 2) - 2 * 2 * shape.hiddenSize);
});
