import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openSafetensors } from "@lorank/checkpoint";
import { float32, onnxRuntime } from "@lorank/graph";
import { describe, expect, test } from "vitest";
import { createAdamW } from "../src/adamw.ts";
import { optimizerStep } from "../src/optimizer-step.ts";
import { loraPlusFactor } from "../src/training-plan.ts";
import { batchOf, largestDifference, loadCase, peftKey } from "./parity.ts";

// Written by PEFT 0.21.2: scripts/reference/loraplus_fixture.py.
const fixtures = fileURLToPath(new URL("./fixtures/", import.meta.url));

describe("LoRA+", () => {
  test.each(["roberta", "llama-dora"])("moves the tensors of %s as PEFT's optimiser does", async (name) => {
    const loaded = loadCase(join(fixtures, "families", name), await onnxRuntime());
    const { model, trained, shapes } = loaded;
    const tensors = new Map([...trained].map(([key, data]) => [key, float32(shapes.get(key)!, data)]));
    const optimizer = createAdamW(trained, {
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      weightDecay: 0,
      learningRateFactor: loraPlusFactor(tensors, 16),
    });
    const gradients = new Map<string, Float32Array>();
    for (let step = 0; step < 3; step++) {
      await optimizerStep(model, optimizer, gradients, {
        microBatches: [batchOf(loaded, "right")],
        learningRate: 1e-3,
        maxGradientNorm: 0,
      });
    }
    const expected = openSafetensors(join(fixtures, "loraplus.safetensors"));
    for (const [key, parameter] of trained) {
      const wanted = expected.readFloat32(`${name}.${peftKey(key)}`);
      expect(largestDifference(parameter, wanted), key).toBeLessThan(1e-4);
    }
    await model.dispose();
  });

  test("is plain AdamW at a ratio of 1", () => {
    const trained = new Map([["a.lora_B.weight", float32([2, 1])]]);
    expect(loraPlusFactor(trained, 1)("a.lora_B.weight")).toBe(1);
  });
});
