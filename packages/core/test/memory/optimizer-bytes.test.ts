import { describe, expect, test } from "vitest";
import { optimizerStateBytes, pagedStateBytes } from "../../src/memory/optimizer-bytes.ts";

const large = { elements: 8 * 4096, count: 3, dtype: "fp32" } as const;
const small = { elements: 4095, count: 3, dtype: "bf16" } as const;

describe("optimizerStateBytes", () => {
  test("keeps two moments for AdamW, one for Lion and SGD with momentum, none for plain SGD", () => {
    const params = 3 * 8 * 4096;
    expect(optimizerStateBytes([large], { name: "adamw" })).toBe(8 * params);
    expect(optimizerStateBytes([large], { name: "lion" })).toBe(4 * params);
    expect(optimizerStateBytes([large], { name: "sgd", momentum: true })).toBe(4 * params);
    expect(optimizerStateBytes([large], { name: "sgd", momentum: false })).toBe(0);
  });

  test("lets the state follow the parameter's dtype", () => {
    expect(optimizerStateBytes([{ ...large, dtype: "bf16" }], { name: "adamw" })).toBe(4 * 3 * 8 * 4096);
  });

  test("keeps two bytes and 8 / 256 for 8-bit AdamW", () => {
    expect(optimizerStateBytes([large], { name: "adamw-8bit" })).toBe(3 * 8 * 4096 * (2 + 8 / 256));
  });

  test("keeps fp32 moments of a tensor below 4096 elements, whatever its dtype", () => {
    expect(optimizerStateBytes([small], { name: "adamw-8bit" })).toBe(3 * 4095 * 8);
    const atLimit = { ...small, elements: 4096 };
    expect(optimizerStateBytes([atLimit], { name: "adamw-8bit" })).toBe(3 * (2 * 4096 + 2 * 16 * 4));
  });

  test.each([
    // Bytes of `AdamW4bit._new_buffer`, two moments: torchao 0.15, with torch 2.15
    [8 * 4096, "fp32", 2 * (17_408 + 64)],
    [8 * 4096, "bf16", 2 * (17_408 + 64)],
    [4096, "fp32", 2 * (2176 + 64)],
    [4095, "fp32", 2 * 16_380],
    [100 * 100, "bf16", 2 * 20_000],
  ] as const)("keeps what torchao does for 4-bit AdamW of %d elements in %s", (elements, dtype, bytes) => {
    expect(optimizerStateBytes([{ elements, count: 1, dtype }], { name: "adamw-4bit" })).toBe(bytes);
  });

  test("keeps an fp32 moment for each row and column of a matrix for Adafactor, for each element of a vector", () => {
    expect(optimizerStateBytes([{ ...large, rows: 8 }], { name: "adafactor" })).toBe(3 * 4 * (8 + 4096));
    expect(optimizerStateBytes([{ ...large, dtype: "bf16" }], { name: "adafactor" })).toBe(3 * 4 * 8 * 4096);
  });

  test("pages tensors of 100,000 elements and more, of paged optimisers alone", () => {
    const paged = { name: "paged-adamw-8bit" } as const;
    const tensors = [99_999, 100_000].map((elements) => ({ elements, count: 2, dtype: "fp32" }) as const);
    expect(optimizerStateBytes(tensors, paged)).toBe(optimizerStateBytes(tensors, { name: "adamw-8bit" }));
    expect(pagedStateBytes(tensors, paged)).toBe(2 * 2 * (100_000 + 4 * Math.ceil(100_000 / 256)));
    expect(pagedStateBytes(tensors, { name: "adamw-8bit" })).toBe(0);
  });
});
