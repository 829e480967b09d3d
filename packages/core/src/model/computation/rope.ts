import { type ConfigFields, type ConfigReader, isRecord } from "../config-reader.ts";

/** Rotary positions for a layer kind. */
export type RopeSettings = {
  /** Rotated elements per head, from the first on; even. */
  readonly rotaryDim: number;
  readonly theta: number;
} & (
  | { readonly type: "default" }
  /** Linear scaling: all frequencies divided by `factor`. */
  | { readonly type: "linear"; readonly factor: number }
  /** Llama 3 scaling: low frequencies divided by `factor`, high frequencies unchanged, those between blended. */
  | {
      readonly type: "llama3";
      readonly factor: number;
      readonly lowFrequencyFactor: number;
      readonly highFrequencyFactor: number;
      readonly originalPositions: number;
    }
  /**
   * LongRoPE: factors by frequency, `[rotaryDim / 2]`, a list for texts up to `originalPositions`, another for longer
   * texts.
   */
  | {
      readonly type: "longrope";
      readonly originalPositions: number;
      readonly shortFactors: readonly number[];
      readonly longFactors: readonly number[];
      readonly attentionFactor: number;
    }
);

const ropeTypes = ["default", "linear", "llama3", "longrope"] as const;

export interface RopeDefaults {
  readonly headDim: number;
  /** Default for `rope_theta`. */
  readonly theta: number;
  /** Overrides for config fields, for several layer kinds. */
  readonly fields?: ConfigFields;
}

/**
 * Reads `rope_theta` and `rope_scaling` (transformers 4) or `rope_parameters` (transformers 5). Source:
 * modeling_rope_utils.py in transformers 5.24.
 */
export function readRope(config: ConfigReader, { headDim, theta, fields }: RopeDefaults): RopeSettings {
  const { rope_theta, rope_parameters, rope_scaling } = config.fields;
  const nested = fields ?? [rope_parameters, rope_scaling].find(isRecord) ?? {};
  const own = { rope_theta, ...nested };
  const rope = config.within(own);
  const all = config.within({ ...config.fields, ...own });
  const rotaryDim = Math.trunc(headDim * all.number("partial_rotary_factor", 1));
  const isEven = rotaryDim > 0 && rotaryDim <= headDim && rotaryDim % 2 === 0;
  if (config.isSound && !isEven) {
    all.problem("partial_rotary_factor", `a share that makes an even number of a head's ${headDim} elements`);
  }
  const common = { rotaryDim, theta: rope.number("rope_theta", theta) };
  const type = rope.within({ rope_type: rope.fields.rope_type ?? rope.fields.type });
  switch (type.choice("rope_type", ropeTypes, "default")) {
    case "default":
      return { ...common, type: "default" };
    case "linear":
      return { ...common, type: "linear", factor: rope.number("factor") };
    case "llama3":
      return {
        ...common,
        type: "llama3",
        factor: rope.number("factor"),
        lowFrequencyFactor: rope.number("low_freq_factor"),
        highFrequencyFactor: rope.number("high_freq_factor"),
        originalPositions: rope.number("original_max_position_embeddings"),
      };
    case "longrope":
      return { ...common, type: "longrope", ...readLongRope(rope, all, rotaryDim / 2) };
  }
}

function readLongRope(rope: ConfigReader, all: ConfigReader, frequencies: number) {
  const positions = all.number("max_position_embeddings");
  const originalPositions = all.number("original_max_position_embeddings", positions);
  const longer = positions / originalPositions;
  const defaultFactor = longer <= 1 ? 1 : Math.sqrt(1 + Math.log(longer) / Math.log(originalPositions));
  return {
    originalPositions,
    shortFactors: rope.numbers("short_factor", frequencies),
    longFactors: rope.numbers("long_factor", frequencies),
    attentionFactor: rope.number("attention_factor", defaultFactor),
  };
}
