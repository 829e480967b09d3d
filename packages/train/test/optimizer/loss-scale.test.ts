import type { ComputeDtype } from "@lorank/graph";
import { describe, expect, test } from "vitest";
import { createAdamW } from "../../src/optimizer/adamw.ts";
import {
  globalNorm,
  type LossScale,
  lossScaleFor,
  optimizerStep,
} from "../../src/optimizer/optimizer-step.ts";
import { randomStream } from "../../src/random/random.ts";
import type { MicroBatch } from "../../src/transformer/batch.ts";
import type { Transformer } from "../../src/transformer/transformer.ts";
import { halfModel, unitRoundoff } from "../helpers/half-model.ts";

const adamw = { beta1: 0.9, beta2: 0.999, epsilon: 0, weightDecay: 0 };

describe("lossScaleFor", () => {
  test("is for float16 alone: bfloat16 has the exponents of float32", () => {
    expect(lossScaleFor("float32")).toBeUndefined();
    expect(lossScaleFor("bfloat16")).toBeUndefined();
    expect(lossScaleFor("float16")!.value).toBe(65_536);
  });

  test("doubles after 200 steps that went well in a row, up to a limit, and halves down to 1", () => {
    const scale = lossScaleFor("float16")!;
    const steps = (count: number) => {
      for (let i = 0; i < count; i++) scale.grow();
      return scale.value;
    };
    expect(steps(199)).toBe(2 ** 16);
    expect(scale.shrink()).toBe(true);
    expect(steps(199)).toBe(2 ** 15); // counted anew
    expect(steps(1)).toBe(2 ** 16);
    expect(steps(5000)).toBe(2 ** 24);
    for (let i = 0; i < 24; i++) expect(scale.shrink()).toBe(true);
    expect([scale.value, scale.shrink(), scale.value]).toEqual([1, false, 1]);
  });

  test("goes on from a saved state: its value and the steps in a row", () => {
    const [first, second] = [lossScaleFor("float16")!, lossScaleFor("float16")!];
    first.shrink();
    for (let i = 0; i < 199; i++) first.grow();
    second.load(first.state());
    expect(second.value).toBe(2 ** 15);
    second.grow();
    expect(second.value).toBe(2 ** 16);
  });
});

describe("optimizerStep with a scale", () => {
  /** A model of one parameter with the gradient 3, not finite where the loss is multiplied by more than `most`. */
  function stub(most: number) {
    const weights: number[] = [];
    const trainStep = async (_: MicroBatch, weight: number, gradients: Map<string, Float32Array>) => {
      weights.push(weight);
      gradients.get("w")![0]! += weight > most ? Number.POSITIVE_INFINITY : 3 * weight;
      return { losses: Float32Array.of(2), hits: new Uint8Array(1) };
    };
    return { weights, model: { trainStep } as unknown as Transformer };
  }

  async function step(model: Transformer, lossScale: LossScale | undefined) {
    const parameter = Float32Array.of(1);
    const batch = { inputIds: new Int32Array(1), lengths: [1], seq: 1, targets: Int32Array.of(0) };
    const loss = await optimizerStep(
      model,
      createAdamW(new Map([["w", parameter]]), { ...adamw, epsilon: 1 }), // with it the size of a gradient matters
      new Map([["w", new Float32Array(1)]]),
      { microBatches: [batch], learningRate: 0.1, maxGradientNorm: 2, ...(lossScale ? { lossScale } : {}) },
    );
    return { loss, parameter: parameter[0] };
  }

  test("does a step that overflowed again at half the scale, and comes to the step without one", async () => {
    const { model, weights } = stub(20_000);
    const scale = lossScaleFor("float16")!;
    expect(await step(model, scale)).toEqual(await step(stub(20_000).model, undefined)); // clipped alike too
    expect(weights).toEqual([65_536, 32_768, 16_384]);
    expect(scale.value).toBe(16_384);
  });

  test("says that it diverged, and moves nothing, where no scale helps", async () => {
    const { model, weights } = stub(0);
    expect(await step(model, lossScaleFor("float16")!)).toEqual({ loss: Number.NaN, parameter: 1 });
    expect(weights).toHaveLength(17);
  });
});

describe("float16 products and small gradients", () => {
  // So small a factor makes the gradients of B some 1e-9, which float16 does not have.
  const scaling = 1e-7;

  async function losses(compute: ComputeDtype, lossScale?: LossScale) {
    const { model, batch, trained } = halfModel(compute, { scaling });
    const before = [...trained.values()].map((values) => Float32Array.from(values));
    const curve: number[] = [];
    const gradients = new Map([...trained].map(([name, { length }]) => [name, new Float32Array(length)]));
    // B grows to 40,000 and A stays, so that their products fit into float16.
    const learningRateFactor = (name: string) => (name.endsWith("lora_B.weight") ? 1 : 0);
    const optimizer = createAdamW(trained, { ...adamw, epsilon: 1e-30, learningRateFactor });
    for (let i = 0; i < 4; i++) {
      const step = { microBatches: [batch], learningRate: 1e4, maxGradientNorm: 0, lossScale };
      curve.push(await optimizerStep(model, optimizer, gradients, step));
    }
    const moved = [...trained.values()].some((values, i) => values.join() !== before[i]!.join());
    return { curve, moved };
  }

  test("learn nothing without a scale, and with it what float32 learns", async () => {
    const whole = await losses("float32");
    expect(whole.curve.at(-1)).toBeLessThan(whole.curve[0]! - 0.01);
    expect((await losses("float16")).moved).toBe(false);
    const scaled = await losses("float16", lossScaleFor("float16"));
    for (const [i, loss] of whole.curve.entries()) expect(scaled.curve[i]).toBeCloseTo(loss, 2);
    expect((await losses("bfloat16")).moved).toBe(true); // which needs none
  });
});

describe("the gradient of a whole model", () => {
  async function gradient(compute: ComputeDtype, scale: number) {
    const { model, batch, trained } = halfModel(compute);
    for (const [name, values] of trained)
      if (name.endsWith("lora_B.weight")) randomStream(2, name).fillNormal(values, 0.2);
    const gradients = new Map<string, Float32Array>();
    await model.trainStep(batch, scale, gradients);
    return [...gradients.values()].flatMap((values) => Array.from(values, (x) => x / scale));
  }
  const norm = (x: number[]) => globalNorm([Float32Array.from(x)]);

  // Some ten products lie between the loss and a gradient of the first block, each rounded three times.
  test.each(["float16", "bfloat16"] as const)(
    "in %s is float32's to a few of its roundoffs",
    async (type) => {
      const exact = await gradient("float32", 1);
      const rounded = await gradient(type, 1024);
      const error = norm(exact.map((x, i) => x - rounded[i]!)) / norm(exact);
      expect(error).toBeLessThan(8 * unitRoundoff[type]);
      expect(error).toBeGreaterThan(unitRoundoff[type] / 8);
    },
  );
});
