import type { JsonObject } from "../../json.ts";
import { bad } from "../cursor.ts";
import type { GgufModel } from "./family.ts";

/**
 * Hugging Face `rope_scaling` from the `rope.scaling.*` keys: linear or YaRN, null for none. Keys whose meaning would
 * be lost are errors.
 */
export function ropeScaling({ metadata, architecture: a }: GgufModel): JsonObject | null {
  const key = (name: string) => `${a}.rope.scaling.${name}`;
  const oldFactor = metadata.positiveIfAny(`${a}.rope.scale_linear`); // of files from before 2024
  const type = metadata.textIfAny(key("type")) ?? (oldFactor === undefined ? "none" : "linear");
  switch (type) {
    case "none":
      return null;
    case "linear":
      return { rope_type: "linear", factor: oldFactor ?? metadata.positive(key("factor")) };
    case "yarn": {
      const optional: readonly (readonly [field: string, value: number | undefined])[] = [
        ["attention_factor", metadata.positiveIfAny(key("yarn_attn_factor"))],
        ["beta_fast", metadata.positiveIfAny(key("yarn_beta_fast"))],
        ["beta_slow", metadata.positiveIfAny(key("yarn_beta_slow"))],
      ];
      for (const name of ["yarn_ext_factor", "yarn_log_multiplier", "attn_factor"]) {
        metadata.check(
          !metadata.has(key(name)),
          key(name),
          "absent, for a Hugging Face config cannot say it",
        );
      }
      return {
        rope_type: "yarn",
        factor: metadata.positive(key("factor")),
        original_max_position_embeddings: metadata.size(key("original_context_length")),
        ...Object.fromEntries(optional.filter(([, value]) => value !== undefined)),
      };
    }
    default:
      metadata.check(false, key("type"), "none, linear or yarn in this architecture");
      return null;
  }
}

/** Phi-3's long and short rope factors, `[rotated / 2]` each; undefined if the file has none. */
export function longRopeScaling(model: GgufModel, rotated: number): JsonObject | undefined {
  if (!model.tensors.has("rope_factors_long.weight")) return undefined;
  const list = (name: string): number[] => [...rotaryFactors(model, name, rotated / 2)];
  return {
    rope_type: "longrope",
    long_factor: list("rope_factors_long.weight"),
    short_factor: list("rope_factors_short.weight"),
  };
}

function rotaryFactors(
  { tensors, file, readFloat32 }: GgufModel,
  name: string,
  length: number,
): Float32Array {
  const shape = tensors.get(name)?.shape;
  if (shape?.length !== 1 || shape[0] !== length) {
    const got = shape === undefined ? "none" : `[${shape}]`;
    throw bad(file, `tensor "${name}" must have ${length} elements, got ${got}`);
  }
  const factors = readFloat32(name);
  const unfit = factors.findIndex((factor) => !(factor > 0 && factor < Number.POSITIVE_INFINITY));
  if (unfit === -1) return factors;
  throw bad(
    file,
    `tensor "${name}" must hold finite numbers above 0, got ${factors[unfit]} at element ${unfit}`,
  );
}

/** Llama 3.1 to 3.3's rope parameters; these models differ in the factor only (8 or 32). */
const LLAMA_3 = { low: 1, high: 4, original: 8192 } as const;

/**
 * Llama 3's rope scaling, which files hold as a divisor per frequency, `rope_freqs.weight`; undefined without it. The
 * largest divisor is the factor; with the common other parameters, all must equal the converter's. Throws E_GGUF when
 * they do not.
 */
export function llama3Scaling(model: GgufModel, headDim: number): JsonObject | undefined {
  const name = "rope_freqs.weight";
  if (!model.tensors.has(name)) return undefined;
  const { metadata, architecture: a, file } = model;
  const divisors = rotaryFactors(model, name, headDim / 2);
  const factor = divisors.reduce((most, divisor) => Math.max(most, divisor), 1);
  const theta = metadata.positive(`${a}.rope.freq_base`);
  metadata.finish();
  for (const [i, divisor] of divisors.entries()) {
    const expected = llama3Divisor(theta ** ((-2 * i) / headDim), factor);
    if (Math.abs(divisor - expected) <= 1e-5 * expected) continue; // the converter computes in float32
    throw bad(
      file,
      `tensor "${name}" must hold Llama 3's divisors for a factor of ${factor}, low and high frequency factors of ` +
        `${LLAMA_3.low} and ${LLAMA_3.high} and ${LLAMA_3.original} original positions, got ${divisor} instead of ${expected} at element ${i}`,
    );
  }
  return {
    rope_type: "llama3",
    factor,
    low_freq_factor: LLAMA_3.low,
    high_freq_factor: LLAMA_3.high,
    original_max_position_embeddings: LLAMA_3.original,
  };
}

/** Llama 3's divisor for a frequency. Source: LlamaModel.generate_extra_tensors of llama.cpp's converter. */
function llama3Divisor(frequency: number, factor: number): number {
  const { low, high, original } = LLAMA_3;
  const wavelength = (2 * Math.PI) / frequency;
  if (wavelength < original / high) return 1;
  if (wavelength > original / low) return factor;
  const smooth = (original / wavelength - low) / (high - low);
  return 1 / ((1 - smooth) / factor + smooth);
}
