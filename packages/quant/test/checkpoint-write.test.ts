import { describe, expect, test } from "vitest";
import { quantizedNames, quantizedTensors, readQuantized } from "../src/checkpoint.ts";
import { compressAbsmax } from "../src/double-quant.ts";
import { quantize4bit, restoreAbsmax } from "../src/index.ts";
import { open, openFloat, original, saved } from "./checkpoints.ts";

describe("quantizedTensors writes the tensors that bitsandbytes and transformers write", () => {
  test.each(saved)("$title, every byte", (model) => {
    const [file, float] = [open(model), openFloat(model)];
    const written = new Set<string>();
    for (const [name, format] of quantizedNames(file)) {
      const { shape, dtype, quantized: theirs } = readQuantized(file, name);
      const plain = quantize4bit(original(float, name, shape), { format });
      // Its mean is a float32 sum in an order that depends on the CPU; it is compared in matches-bitsandbytes.test.ts.
      const absmax =
        theirs.absmax.kind === "double"
          ? compressAbsmax(restoreAbsmax(plain.absmax), theirs.absmax.offset)
          : plain.absmax;
      for (const [part, tensor] of quantizedTensors(name, { ...plain, absmax }, { shape, dtype })) {
        const info = file.tensors.get(part)!;
        expect({ part, dtype: tensor.dtype, shape: tensor.shape }).toEqual({
          part,
          dtype: info.dtype,
          shape: info.shape,
        });
        expect(Buffer.from(tensor.bytes).equals(file.readBytes(part)), part).toBe(true);
        written.add(part);
      }
    }
    expect(written.size).toBeGreaterThan(0);
    // What is left of their file is what was not quantised.
    const others = [...file.tensors.keys()].filter((name) => !written.has(name));
    expect(others.every((name) => float.tensors.get(name)?.dtype === file.tensors.get(name)!.dtype)).toBe(
      true,
    );
    file.close();
    float.close();
  });
});

describe("quantizedTensors", () => {
  const quantized = quantize4bit(Float32Array.of(1, 2, 3, 4, 5, 6), { format: "nf4" });

  test("refuses a shape of another size", () => {
    expect(() => quantizedTensors("w", quantized, { shape: [2, 4], dtype: "float32" })).toThrow(
      expect.objectContaining({ code: "E_QUANTIZED", message: "shape must be of 6 weights, got [2, 4]" }),
    );
  });
  test("refuses parts that do not fit", () => {
    const short = { ...quantized, codes: quantized.codes.subarray(1) };
    expect(() => quantizedTensors("w", short, { shape: [2, 3], dtype: "float32" })).toThrow(
      expect.objectContaining({ code: "E_QUANTIZED" }),
    );
  });
});
