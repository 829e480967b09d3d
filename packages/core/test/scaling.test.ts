import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { scalingOf } from "../src/model/lora.ts";

describe("scalingOf", () => {
  test("divides by the rank under LoRA and by its root under rsLoRA", () => {
    expect(scalingOf("lora", 32, 16)).toBe(2);
    expect(scalingOf("rslora", 32, 16)).toBe(8);
  });

  test("is 1 under LoRA when alpha equals the rank", () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 4096 }), (rank) => scalingOf("lora", rank, rank) === 1));
  });

  test("doubles when alpha doubles", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("lora", "rslora"),
        fc.integer({ min: 1, max: 4096 }),
        fc.integer({ min: 1, max: 4096 }),
        (rule, alpha, rank) => scalingOf(rule, 2 * alpha, rank) === 2 * scalingOf(rule, alpha, rank),
      ),
    );
  });

  test("rejects what cannot scale, and names it", () => {
    expect(() => scalingOf("lora", 0, 8)).toThrow(
      expect.objectContaining({ code: "E_ALPHA", message: "alpha must be a positive number, got 0" }),
    );
    expect(() => scalingOf("lora", 16, 0)).toThrow("rank must be a positive integer, got 0");
    expect(() => scalingOf("rs-lora" as "rslora", 16, 8)).toThrow(
      'scalingRule must be "lora" or "rslora", got "rs-lora"',
    );
  });
});
