import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openSafetensors } from "@lorank/checkpoint/files";
import { float32 } from "@lorank/graph";
import { onnxRuntime } from "@lorank/graph/devices";
import { describe, expect, test, vi } from "vitest";
import { countPaddedTokens, microBatches } from "../../src/batches/batches.ts";
import { runTrial } from "../../src/node/trials.ts";
import { createAdamW } from "../../src/optimizer/adamw.ts";
import { optimizerStep } from "../../src/optimizer/optimizer-step.ts";
import { loraPlusFactor, planTraining } from "../../src/optimizer/training-plan.ts";
import { Transformer } from "../../src/transformer/transformer.ts";
import { batchOf, largestDifference, loadCase, peftKey } from "../helpers/parity.ts";
import { tinyConfig, tinyTrial, unevenDataset } from "../helpers/tiny.ts";

// Written by PEFT 0.21.2: scripts/reference/loraplus_fixture.py.
const fixtures = fileURLToPath(new URL("../fixtures", import.meta.url));

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

describe("training", () => {
  const dataset = unevenDataset();
  const lengths = dataset.train.map(({ inputIds }) => inputIds.length);

  /** Tokens that pass through the model in a run. */
  async function passed(run: () => Promise<unknown>): Promise<number> {
    const steps = vi.spyOn(Transformer.prototype, "trainStep");
    await run();
    const tokens = steps.mock.calls.reduce((sum, [{ inputIds }]) => sum + inputIds.length, 0);
    steps.mockRestore();
    return tokens;
  }

  test("packs texts of unequal lengths, and counts real tokens alone", async () => {
    const { spec, resources } = tinyTrial({}, {}, tinyConfig, dataset);
    const { steps } = planTraining(spec, lengths);
    const batches = steps.flatMap((step) => microBatches(step, lengths, spec.optimizer.microBatchSize));
    const tokens = await passed(() => runTrial(spec, resources));
    expect(tokens).toBe(countPaddedTokens(batches, lengths, { pack: true }));
    expect(tokens).toBeLessThan(0.95 * countPaddedTokens(batches, lengths));
  });

  test("leaves texts of about one length side by side", async () => {
    const even = dataset.train.map((text) => ({ ...text, inputIds: text.inputIds.slice(0, 3) }));
    const { spec, resources } = tinyTrial({}, {}, tinyConfig, {
      ...dataset,
      train: even.map((text) => ({
        ...text,
        inputIds: [...text.inputIds, ...text.inputIds, ...text.inputIds],
      })),
    });
    expect(await passed(() => runTrial(spec, resources))).toBe(2 * even.length * 16); // two epochs of 9 tokens each
  });
});
