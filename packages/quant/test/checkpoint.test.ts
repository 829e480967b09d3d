import { describe, expect, test } from "vitest";
import type { StoredTensor } from "../src/checkpoint.ts";
import { quantizedNames, quantizedTensors, readQuantized } from "../src/checkpoint.ts";
import { dequantize4bit, errorFigures, quantize4bit } from "../src/index.ts";
import { open, openFloat, original, saved } from "./checkpoints.ts";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const state = "w.quant_state.bitsandbytes__nf4";

/** One weight `[2, 65]`, whose tensors a test may change. */
function source(doubleQuant: boolean, change: (tensors: Map<string, StoredTensor>) => void = () => {}) {
  const weights = Float32Array.from({ length: 130 }, (_, i) => Math.sin(i));
  const quantized = quantize4bit(weights, { format: "nf4", doubleQuant });
  const stored = quantizedTensors("w", quantized, { shape: [2, 65], dtype: "float16" });
  change(stored);
  const tensors = new Map(
    [...stored].map(([name, { dtype, bytes }]) => [name, { dtype, byteLength: bytes.length }]),
  );
  return { quantized, tensors, readBytes: (name: string) => stored.get(name)!.bytes };
}

const stateWith = (text: string, by: string) => (tensors: Map<string, StoredTensor>) => {
  const before = new TextDecoder().decode(tensors.get(state)!.bytes);
  if (!before.includes(text)) throw new Error(`there is no ${text} in ${before}`);
  const bytes = utf8(before.replace(text, by));
  tensors.set(state, { dtype: "U8", shape: [bytes.length], bytes });
};

describe("readQuantized", () => {
  test.each(saved)("reads $title as transformers saved it", (model) => {
    const [file, float] = [open(model), openFloat(model)];
    const names = quantizedNames(file);
    // One block each. transformers' default spares Llama's head, but neither BERT's pooler nor its classifier.
    expect(names.size).toBe({ llama: 7, bert: 6 + 2, gpt2: 4 }[model.model]);
    for (const [name, format] of names) {
      const { quantized, shape, dtype } = readQuantized(file, name);
      expect(format).toBe(model.format);
      expect(quantized).toMatchObject({ format, blockSize: 64 });
      expect(quantized.absmax.kind).toBe(model.doubleQuant ? "double" : "float32");
      expect(dtype).toBe({ llama: "bfloat16", bert: "float32", gpt2: "float16" }[model.model]);
      // Another order of the elements would have an error as large as the weights: 0 dB and less.
      const weights = original(float, name, shape);
      expect(errorFigures(weights, dequantize4bit(quantized)).signalToNoiseDb).toBeGreaterThan(17);
    }
    file.close();
    float.close();
  });

  test.each([false, true])("gives back what was written (double quantisation: %s)", (doubleQuant) => {
    const written = source(doubleQuant);
    expect([...quantizedNames(written)]).toEqual([["w", "nf4"]]);
    expect(readQuantized(written, "w")).toEqual({
      quantized: written.quantized,
      shape: [2, 65],
      dtype: "float16",
    });
  });

  test("does not mind where in a buffer the bytes lie", () => {
    const { readBytes, ...rest } = source(false);
    const shifted = (name: string): Uint8Array => {
      const bytes = readBytes(name);
      const wider = new Uint8Array(bytes.length + 1);
      wider.set(bytes, 1);
      return wider.subarray(1);
    };
    expect(readQuantized({ ...rest, readBytes: shifted }, "w").quantized).toEqual(rest.quantized);
  });

  const short: StoredTensor = { dtype: "U8", shape: [3], bytes: Uint8Array.of(1, 2, 3) };
  const refused: [string, boolean, (tensors: Map<string, StoredTensor>) => void, string][] = [
    [
      "a weight that is not quantised",
      false,
      (all) => all.delete(state),
      "quant_state.bitsandbytes__nf4 or __fp4 must be there, got neither",
    ],
    ["a missing absmax", false, (all) => all.delete("w.absmax"), "absmax must be there, got nothing"],
    [
      "an absmax of another size",
      false,
      (all) => all.set("w.absmax", short),
      "absmax must be F32 of 12 bytes, got U8 of 3",
    ],
    ["missing codes", false, (all) => all.delete("w"), "the weight must be there, got nothing"],
    [
      "codes of another size",
      false,
      (all) => all.set("w", short),
      "the weight must be 65 bytes, got U8 of 3",
    ],
    [
      "several missing parts at once",
      true,
      (all) => {
        all.delete("w.nested_absmax");
        all.delete("w.nested_quant_map");
      },
      "nested_absmax must be there, got nothing; nested_quant_map must be there, got nothing",
    ],
    [
      "another table of levels",
      false,
      (all) => all.set("w.quant_map", { dtype: "F32", shape: [16], bytes: new Uint8Array(64) }),
      "quant_map must hold the 16 levels of nf4, got others",
    ],
    [
      "another dynamic code",
      true,
      (all) => all.set("w.nested_quant_map", { dtype: "F32", shape: [256], bytes: new Uint8Array(1024) }),
      "nested_quant_map must hold the 256 levels of the dynamic code, got others",
    ],
    [
      "a state that is no JSON",
      false,
      stateWith("{", ""),
      "quant_state must be a JSON object in UTF-8, got something else",
    ],
    ["a state of another format", false, stateWith('"nf4"', '"fp4"'), 'quant_type must be "nf4", got "fp4"'],
    [
      "block sizes and types that do not exist",
      false,
      stateWith('64, "dtype": "float16"', '60, "dtype": "int8"'),
      'blocksize must be one of 32, 64, 128, 256, 512, 1024, 2048, 4096, got 60; dtype must be one of float32, float16, bfloat16, got "int8"',
    ],
    [
      "a shape that is none",
      false,
      stateWith("[2, 65]", "[2, -65]"),
      "shape must be a list of positive integers, got [2,-65]",
    ],
    [
      "an offset that float32 cannot hold",
      true,
      stateWith('"nested_offset": ', '"nested_offset": 1e300, "x": '),
      "nested_offset must be a finite float32 number, got 1e+300",
    ],
    [
      "another nested block size",
      true,
      stateWith('"nested_blocksize": 256', '"nested_blocksize": 128'),
      "nested_blocksize must be 256, got 128",
    ],
  ];
  test.each(refused)("refuses %s", (_, doubleQuant, change, message) => {
    expect(() => readQuantized(source(doubleQuant, change), "w")).toThrow(
      expect.objectContaining({ code: "E_QUANT_STATE", message: `quantised weight "w": ${message}` }),
    );
  });
});
