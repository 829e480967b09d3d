import { describe, expect, test } from "vitest";
import { type AdamWOptions, createAdamW } from "../../src/optimizer/adamw.ts";
import { randomStream } from "../../src/random/random.ts";

const options: AdamWOptions = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };
const one = (...values: number[]) => new Map([["w", Float32Array.from(values)]]);

/** torch.optim.AdamW written out in float64, one scalar at a time. */
function scalarAdamW(start: number, gradients: readonly number[], lr: number, o: AdamWOptions): number {
  let [p, m, v] = [start, 0, 0];
  gradients.forEach((g, i) => {
    p -= lr * o.weightDecay * p;
    m = o.beta1 * m + (1 - o.beta1) * g;
    v = o.beta2 * v + (1 - o.beta2) * g * g;
    const denominator = Math.sqrt(v) / Math.sqrt(1 - o.beta2 ** (i + 1)) + o.epsilon;
    p -= (lr / (1 - o.beta1 ** (i + 1))) * (m / denominator);
  });
  return p;
}

describe("createAdamW", () => {
  test("two steps with weight decay, by hand", () => {
    // p = 1, g = 0.5 then -1, lr 0.1, decay 0.1, betas 0.9 and 0.99
    // step 1: p = 1 - 0.1*0.1*1 = 0.99; m = 0.05, v = 0.0025; m/0.1 = 0.5, sqrt(v/0.01) = 0.5; p = 0.99 - 0.1 = 0.89
    // step 2: p = 0.89*0.99 = 0.8811; m = 0.045 - 0.1 = -0.055, v = 0.002475 + 0.01 = 0.012475
    //         m/0.19 = -0.28947368, sqrt(v/0.0199) = 0.79176033; p = 0.8811 + 0.1*0.36560771 = 0.91766077
    const parameters = one(1);
    const adamw = createAdamW(parameters, { beta1: 0.9, beta2: 0.99, epsilon: 1e-12, weightDecay: 0.1 });
    adamw.step(one(0.5), 0.1);
    expect(parameters.get("w")![0]).toBeCloseTo(0.89, 7);
    adamw.step(one(-1), 0.1);
    expect(parameters.get("w")![0]).toBeCloseTo(0.91766077, 7);
  });
  test("with no decay and epsilon to 0 the first step is lr * sign(g), whatever the size of g", () => {
    const parameters = one(0, 0, 0, 0, 0);
    const adamw = createAdamW(parameters, { ...options, epsilon: 1e-30 });
    adamw.step(one(1e-9, -1e-3, 1, -1e5, 0), 0.01);
    const [a, b, c, d, e] = parameters.get("w")!;
    for (const [moved, sign] of [
      [a!, -1],
      [b!, 1],
      [c!, -1],
      [d!, 1],
    ] as const) {
      expect(Math.abs(moved - sign * 0.01)).toBeLessThan(1e-8);
    }
    expect(e).toBe(0);
  });
  test("stays within 1e-6 of a float64 AdamW over 200 steps of random gradients", () => {
    const decaying = { ...options, weightDecay: 0.01 };
    const size = 64;
    const start = new Float32Array(size);
    randomStream(1, "start").fillNormal(start, 0.5);
    const stream = randomStream(1, "gradients");
    const gradients = Array.from({ length: 200 }, () => {
      const gradient = new Float32Array(size);
      stream.fillNormal(gradient, 0.1);
      return gradient;
    });
    const parameters = new Map([["w", Float32Array.from(start)]]);
    const adamw = createAdamW(parameters, decaying);
    for (const gradient of gradients) adamw.step(new Map([["w", gradient]]), 1e-3);
    for (let i = 0; i < size; i++) {
      const expected = scalarAdamW(
        start[i]!,
        gradients.map((g) => g[i]!),
        1e-3,
        decaying,
      );
      expect(Math.abs(parameters.get("w")![i]! - expected)).toBeLessThan(1e-6);
    }
  });
  test("weight decay is decoupled: with no gradient it shrinks the parameter by lr * decay and no more", () => {
    const parameters = one(2, -4);
    createAdamW(parameters, { ...options, weightDecay: 0.5 }).step(one(0, 0), 0.1);
    expect(parameters.get("w")).toEqual(Float32Array.of(2 * 0.95, -4 * 0.95));
  });
  test("the predicate spares a parameter from decay", () => {
    const parameters = new Map([
      ["norm.weight", Float32Array.of(1)],
      ["proj.weight", Float32Array.of(1)],
    ]);
    const decays = (name: string) => !name.startsWith("norm");
    const still = new Map([...parameters.keys()].map((name) => [name, Float32Array.of(0)]));
    createAdamW(parameters, { ...options, weightDecay: 0.5, decays }).step(still, 0.1);
    expect([...parameters.values()].map((p) => p[0])).toEqual([1, Math.fround(0.95)]);
  });
  test("a gradient scale is the same as scaled gradients", () => {
    const [left, right] = [one(1, 2), one(1, 2)];
    const [scaled, plain] = [createAdamW(left, options), createAdamW(right, options)];
    for (const g of [8, -3, 0.25]) {
      scaled.step(one(g, -g), 1e-2, 0.125);
      plain.step(one(g * 0.125, -g * 0.125), 1e-2);
    }
    expect(left).toEqual(right);
  });
  test("a gradient that is not a number reaches the parameter, so that divergence shows", () => {
    const parameters = one(1, 1);
    createAdamW(parameters, options).step(one(Number.NaN, 1), 0.1);
    expect(parameters.get("w")![0]).toBeNaN();
    expect(parameters.get("w")![1]).not.toBeNaN();
  });
  test("a gradient whose square overflows float32 is told, for its weight would never move again", () => {
    // float32 ends at 3.4e38 = 0.001 * g² at g = 5.8e20
    const largest = Math.sqrt(3.4028e38 / (1 - options.beta2));
    for (const [gradient, isWhole] of [
      [0.99 * largest, true],
      [1.01 * largest, false],
      [-1e38, false],
    ] as const) {
      const parameters = one(1, 1);
      const adamw = createAdamW(parameters, options);
      expect(adamw.step(one(1, gradient), 1e-3)).toBe(isWhole);
      expect(Number.isFinite(adamw.state().secondMoments.get("w")![1])).toBe(isWhole);
      // A gradient scale, as of clipping, keeps it small.
      expect(createAdamW(one(1, 1), options).step(one(1, gradient), 1e-3, 1e-30)).toBe(true);
    }
  });
  test("continues from a saved state to the bit", () => {
    const straight = one(0.3, -0.7);
    const first = createAdamW(straight, options);
    for (const g of [1, 2]) first.step(one(g, -g), 1e-2);
    const resumed = one(...straight.get("w")!);
    const second = createAdamW(resumed, options);
    second.load(structuredClone(first.state()));
    for (const adamw of [first, second]) for (const g of [3, -1]) adamw.step(one(g, g), 1e-2);
    expect(resumed).toEqual(straight);
    expect(second.state()).toEqual(first.state());
    expect(second.state().steps).toBe(4);
  });
  test("names every gradient that is missing, of a wrong size or of no parameter, and moves nothing", () => {
    const parameters = new Map([
      ["a", Float32Array.of(1)],
      ["b", Float32Array.of(1, 2)],
    ]);
    const adamw = createAdamW(parameters, options);
    const wrong = new Map([
      ["b", Float32Array.of(1)],
      ["c", Float32Array.of(1)],
    ]);
    expect(() => adamw.step(wrong, 0.1)).toThrow(
      expect.objectContaining({
        code: "E_OPTIMIZER",
        message:
          "gradient of a must have 1 elements, got none\n" +
          "gradient of b must have 2 elements, got 1\n" +
          "gradient must belong to a parameter, got c",
      }),
    );
    wrong.set("a", Float32Array.of(1));
    wrong.delete("c");
    expect(() => adamw.step(wrong, 0.1)).toThrow("gradient of b must have 2 elements, got 1");
    expect(parameters.get("a")![0]).toBe(1);
    expect(adamw.state().steps).toBe(0);
  });
});
