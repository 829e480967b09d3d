import { describe, expect, test } from "vitest";
import { baseBytes, baseFormat, nf4ConstantBytes } from "../../src/memory/base-bytes.ts";
import { modelShapeFromConfig } from "../../src/model/model-shape.ts";
import { llama32With1B, mistral7B } from "../models.ts";

const mistral = modelShapeFromConfig(mistral7B);

describe("baseBytes", () => {
  test("is two bytes a parameter in bf16 and fp16, four in fp32", () => {
    expect(baseBytes(mistral, { dtype: "bf16" }).total).toBe(2 * 7_241_732_096);
    expect(baseBytes(mistral, { dtype: "fp16" }).total).toBe(2 * 7_241_732_096);
    expect(baseBytes(mistral, { dtype: "fp32" }).total).toBe(4 * 7_241_732_096);
  });

  test("quantises the block linears to 4.5 bits and nothing else", () => {
    // Mistral 7B by hand: the linear layers of 32 blocks, 7 code tables of 64 bytes in each
    const blockWeights = 32 * (2 * 4096 * 4096 + 2 * 4096 * 1024 + 3 * 4096 * 14_336);
    const others = 2 * 32_000 * 4096 + 65 * 4096;
    const bytes = baseBytes(mistral, { dtype: "nf4", doubleQuant: false });
    expect(bytes.quantizedWeights + bytes.quantizationConstants).toBe((blockWeights * 4.5) / 8 + 32 * 7 * 64);
    expect(bytes.otherWeights).toBe(2 * others);
    expect(bytes.total).toBe(bytes.quantizedWeights + bytes.quantizationConstants + bytes.otherWeights);
  });

  test("takes 0.51587 bytes a weight under double quantisation, as QLoRA says and a Mistral run measured", () => {
    const { quantizedWeights, quantizationConstants } = baseBytes(mistral, {
      dtype: "nf4",
      doubleQuant: true,
    });
    const perWeight = (quantizedWeights + quantizationConstants) / mistral.params.blockWeights;
    expect(perWeight).toBeCloseTo(4.127 / 8, 4); // measured: 0.51596
  });

  test("holds embeddings, norms and head in the dtype that is asked for", () => {
    const cast = baseBytes(mistral, { dtype: "nf4", doubleQuant: true, otherDtype: "fp32" });
    const half = baseBytes(mistral, { dtype: "nf4", doubleQuant: true });
    expect(cast.otherWeights).toBe(2 * half.otherWeights);
    expect(cast.quantizedWeights).toBe(half.quantizedWeights);
  });

  test("holds int8 as a byte a weight and four for each output row", () => {
    const shape = modelShapeFromConfig(llama32With1B);
    const rows = 16 * (2048 + 512 + 512 + 2048 + 8192 + 8192 + 2048);
    const bytes = baseBytes(shape, { dtype: "int8" });
    expect(bytes.quantizedWeights).toBe(shape.params.blockWeights);
    expect(bytes.quantizationConstants).toBe(4 * rows);
  });

  test("takes 4.16 bits a weight under GPTQ, group indices included", () => {
    const { quantizedWeights, quantizationConstants } = baseBytes(mistral, { dtype: "gptq" });
    const perWeight = (quantizedWeights + quantizationConstants) / mistral.params.blockWeights;
    expect(8 * perWeight).toBeCloseTo(4.16, 2); // as published for groups of 128
  });
});

describe("nf4ConstantBytes", () => {
  // sizes of absmax, code and nested state that bitsandbytes 0.50.2 made for random tensors of these shapes
  test.each([
    [64 * 64, 256 + 64, 64 + 4 + 1024 + 4 + 64],
    [100 * 70, 440 + 64, 110 + 4 + 1024 + 4 + 64],
    [4096 * 512, 131_072 + 64, 32_768 + 512 + 1024 + 4 + 64],
    [3 * 5, 4 + 64, 1 + 4 + 1024 + 4 + 64],
    [129 * 257, 2076 + 64, 519 + 12 + 1024 + 4 + 64],
  ])("agrees with bitsandbytes for %i weights, the last block partly filled", (elements, plain, nested) => {
    expect(nf4ConstantBytes(elements, false)).toBe(plain);
    expect(nf4ConstantBytes(elements, true)).toBe(nested);
  });
});

describe("baseFormat", () => {
  test("reads the names of the command line", () => {
    expect(baseFormat("nf4-dq")).toEqual({ dtype: "nf4", doubleQuant: true });
    expect(baseFormat("nf4")).toEqual({ dtype: "nf4", doubleQuant: false });
    expect(baseFormat("bf16")).toEqual({ dtype: "bf16" });
  });

  test("lists the names for one that it does not know", () => {
    expect(() => baseFormat("int4")).toThrow(
      expect.objectContaining({
        code: "E_BASE_FORMAT",
        message: 'base must be one of fp32, bf16, fp16, int8, gptq, nf4, nf4-dq, got "int4"',
      }),
    );
  });
});
