import type { RopeSettings } from "@lorank/core";

/** Rotary positions of one kind of layer. */
export interface Rope {
  /** How many of a head's elements are rotated, from the first on. */
  readonly rotaryDim: number;
  /** cos and sin of each position's angles, `[seq, rotaryDim / 2]`, row-major. */
  tables(seq: number): { readonly cos: Float32Array; readonly sin: Float32Array };
}

/** Source: modeling_rope_utils.py of transformers 5.24. */
export function ropeOf(settings: RopeSettings): Rope {
  const { rotaryDim, theta } = settings;
  const plain = Array.from({ length: rotaryDim / 2 }, (_, i) => theta ** ((-2 * i) / rotaryDim));
  const fixed = (frequencies: readonly number[]): Rope => ({
    rotaryDim,
    tables: (seq) => tables(seq, frequencies, 1),
  });
  switch (settings.type) {
    case "default":
      return fixed(plain);
    case "linear":
      return fixed(plain.map((frequency) => frequency / settings.factor));
    case "llama3":
      return fixed(llama3Frequencies(plain, settings));
    case "longrope": {
      const { originalPositions, attentionFactor } = settings;
      const short = plain.map((frequency, i) => frequency / settings.shortFactors[i]!);
      const long = plain.map((frequency, i) => frequency / settings.longFactors[i]!);
      return {
        rotaryDim,
        tables: (seq) => tables(seq, seq > originalPositions ? long : short, attentionFactor),
      };
    }
  }
}

/**
 * cos and sin of position · frequency, times `attention`. Angles are rounded to float32 as transformers computes
 * them: at position 4,000 the difference would show.
 * Source: RoFormer, section 3.2.2, https://arxiv.org/abs/2104.09864
 */
function tables(seq: number, frequencies: readonly number[], attention: number): ReturnType<Rope["tables"]> {
  const half = frequencies.length;
  const rounded = frequencies.map(Math.fround);
  const cos = new Float32Array(seq * half);
  const sin = new Float32Array(seq * half);
  for (let i = 0; i < seq * half; i++) {
    const angle = Math.fround(Math.floor(i / half) * rounded[i % half]!);
    cos[i] = Math.cos(angle) * attention;
    sin[i] = Math.sin(angle) * attention;
  }
  return { cos, sin };
}

/** Long waves are stretched by `factor`, short ones kept, those between blended. */
function llama3Frequencies(
  plain: readonly number[],
  {
    factor,
    lowFrequencyFactor: low,
    highFrequencyFactor: high,
    originalPositions: original,
  }: Extract<RopeSettings, { readonly type: "llama3" }>,
): number[] {
  return plain.map((frequency) => {
    const wavelength = (2 * Math.PI) / frequency;
    if (wavelength > original / low) return frequency / factor;
    if (wavelength < original / high) return frequency;
    const smooth = (original / wavelength - low) / (high - low);
    return (1 - smooth) * (frequency / factor) + smooth * frequency;
  });
}
