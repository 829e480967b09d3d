import { describe, expect, test } from "vitest";
import { modelAt } from "../../../src/files/model-folder.ts";
import { modelConfig } from "../../../src/model/model.ts";
import { caught } from "../../helpers/caught.ts";
import { f32, ggufFile, type RawTensor, type RawValue, text, u32 } from "../../helpers/raw-gguf.ts";
import { tinyLlama } from "../../helpers/tiny-llama.ts";

const scalingOf = (metadata: Record<string, RawValue>, tensors: Record<string, RawTensor> = {}) =>
  modelConfig(modelAt(ggufFile(tinyLlama(metadata, tensors)))).config.rope_scaling;

const refusal = (metadata: Record<string, RawValue>, tensors: Record<string, RawTensor> = {}) => {
  const path = ggufFile(tinyLlama(metadata, tensors));
  return caught(() => modelConfig(modelAt(path))).message.replace(path, "F");
};

const floats = (values: readonly number[]): RawTensor => ({
  dimensions: [values.length],
  data: Buffer.from(Float32Array.from(values).buffer),
});

describe("rope_scaling of a GGUF", () => {
  test("is null where the file says none", () => {
    expect(scalingOf({ "llama.rope.scaling.type": text("none") })).toBeNull();
  });

  test("is linear under the new key and the old", () => {
    const linear = { rope_type: "linear", factor: 4 };
    expect(
      scalingOf({ "llama.rope.scaling.type": text("linear"), "llama.rope.scaling.factor": f32(4) }),
    ).toEqual(linear);
    expect(scalingOf({ "llama.rope.scale_linear": f32(4) })).toEqual(linear);
  });

  test("is YaRN with what the file says of it, and refuses what a config cannot say", () => {
    const yarn = {
      "llama.rope.scaling.type": text("yarn"),
      "llama.rope.scaling.factor": f32(4),
      "llama.rope.scaling.original_context_length": u32(32),
      "llama.rope.scaling.yarn_beta_fast": f32(16),
    };
    expect(scalingOf(yarn)).toEqual({
      rope_type: "yarn",
      factor: 4,
      original_max_position_embeddings: 32,
      beta_fast: 16,
    });
    expect(refusal({ ...yarn, "llama.rope.scaling.yarn_log_multiplier": f32(0.5) })).toBe(
      'F: metadata "llama.rope.scaling.yarn_log_multiplier" must be absent, for a Hugging Face config cannot say it, got 0.5',
    );
    expect(refusal({ "llama.rope.scaling.type": text("su") })).toBe(
      'F: metadata "llama.rope.scaling.type" must be none, linear or yarn in this architecture, got "su"',
    );
  });

  // Heads of 128 and theta 500,000 as in Llama 3.1 8B and 3.2 1B; divisors by the formula in the paper's own code.
  const theta = 500_000;
  const dim = 128;
  const divisors = (factor: number, original: number) =>
    Array.from({ length: dim / 2 }, (_, i) => {
      const wavelength = 2 * Math.PI * theta ** ((2 * i) / dim);
      if (wavelength < original / 4) return 1;
      if (wavelength > original) return factor;
      const smooth = (original / wavelength - 1) / 3;
      return 1 / ((1 - smooth) / factor + smooth);
    });
  const heads = { "llama.attention.key_length": u32(dim), "llama.rope.freq_base": f32(theta) };

  test.each([8, 32])("recovers Llama 3's parameters for a factor of %i from its divisors", (factor) => {
    expect(scalingOf(heads, { "rope_freqs.weight": floats(divisors(factor, 8192)) })).toEqual({
      rope_type: "llama3",
      factor,
      low_freq_factor: 1,
      high_freq_factor: 4,
      original_max_position_embeddings: 8192,
    });
  });

  test("does not guess when the divisors are others", () => {
    const message = refusal(heads, { "rope_freqs.weight": floats(divisors(8, 4096)) });
    expect(message).toContain(
      'F: tensor "rope_freqs.weight" must hold Llama 3\'s divisors for a factor of 8, low and high frequency factors ' +
        "of 1 and 4 and 8192 original positions, got 1.",
    );
    expect(message).toContain(" instead of 1 at element ");
    expect(refusal(heads, { "rope_freqs.weight": floats([1, 2]) })).toBe(
      'F: tensor "rope_freqs.weight" must have 64 elements, got [2]',
    );
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 0, -1])("refuses a factor of %d", (factor) => {
    const list = divisors(8, 8192).with(-1, factor);
    expect(refusal(heads, { "rope_freqs.weight": floats(list) })).toBe(
      `F: tensor "rope_freqs.weight" must hold finite numbers above 0, got ${factor} at element 63`,
    );
  });
});
