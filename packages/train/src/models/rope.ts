import type { ConfigReader } from "./config.ts";

/** Rotary positions of one kind of layer. */
export interface Rope {
  /** How many of a head's elements are rotated, from the first on. */
  readonly rotaryDim: number;
  /** cos and sin of each position's angles, `[seq, rotaryDim / 2]`, row-major. */
  tables(seq: number): { readonly cos: Float32Array; readonly sin: Float32Array };
}

type Fields = Readonly<Record<string, unknown>>;

export interface RopeDefaults {
  readonly headDim: number;
  readonly theta: number;
  /** Fields to read instead of those of the config, for a model with several kinds of layers. */
  readonly fields?: Fields;
}

/**
 * Reads how a config counts positions: `rope_theta` and `rope_scaling` (transformers 4) or `rope_parameters`
 * (transformers 5). Source: modeling_rope_utils.py of transformers 5.24.
 */
export function readRope(config: Fields, read: ConfigReader, { headDim, theta, fields }: RopeDefaults): Rope {
  const nested = fields ?? record(config.rope_parameters) ?? record(config.rope_scaling) ?? {};
  const rope: Fields = { rope_theta: config.rope_theta, ...nested };
  const base = numberOf(rope, "rope_theta", read, theta);
  const share = numberOf({ ...config, ...rope }, "partial_rotary_factor", read, 1);
  const rotaryDim = Math.trunc(headDim * share);
  read.check(
    rotaryDim > 0 && rotaryDim <= headDim && rotaryDim % 2 === 0,
    `the rotated part of a head must be even and not larger than it, got ${rotaryDim} of ${headDim}`,
  );
  const plain = Array.from({ length: rotaryDim / 2 }, (_, i) => base ** ((-2 * i) / rotaryDim));
  const type = rope.rope_type ?? rope.type ?? "default";
  switch (type) {
    case "default":
      return fixed(plain);
    case "linear": {
      const factor = numberOf(rope, "factor", read);
      return fixed(plain.map((frequency) => frequency / factor));
    }
    case "llama3":
      return fixed(llama3Frequencies(plain, rope, read));
    case "longrope":
      return longRope(plain, rope, config, read);
    default:
      read.problems.push(
        `rope_type must be default, linear, llama3 or longrope, got ${JSON.stringify(type)}`,
      );
      return fixed(plain);
  }
}

function fixed(frequencies: readonly number[]): Rope {
  return { rotaryDim: 2 * frequencies.length, tables: (seq) => tables(seq, frequencies, 1) };
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
function llama3Frequencies(plain: readonly number[], rope: Fields, read: ConfigReader): number[] {
  const factor = numberOf(rope, "factor", read);
  const low = numberOf(rope, "low_freq_factor", read);
  const high = numberOf(rope, "high_freq_factor", read);
  const original = numberOf(rope, "original_max_position_embeddings", read);
  return plain.map((frequency) => {
    const wavelength = (2 * Math.PI) / frequency;
    if (wavelength > original / low) return frequency / factor;
    if (wavelength < original / high) return frequency;
    const smooth = (original / wavelength - low) / (high - low);
    return (1 - smooth) * (frequency / factor) + smooth * frequency;
  });
}

/** Phi-3's: a factor for each frequency, one list for texts up to the original length and one for longer ones. */
function longRope(plain: readonly number[], rope: Fields, config: Fields, read: ConfigReader): Rope {
  const original = numberOf(
    { ...config, ...rope },
    "original_max_position_embeddings",
    read,
    typeof config.max_position_embeddings === "number" ? config.max_position_embeddings : undefined,
  );
  const most = numberOf(config, "max_position_embeddings", read);
  const factor = most / original;
  const usual = factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(original));
  const attention = numberOf(rope, "attention_factor", read, usual);
  const scaled = (field: string): number[] => {
    const list = rope[field];
    const holds =
      Array.isArray(list) && list.length === plain.length && list.every((x) => typeof x === "number");
    read.check(
      holds,
      `${field} must be a list of ${plain.length} numbers, got ${JSON.stringify(list)?.slice(0, 60) ?? "nothing"}`,
    );
    return plain.map((frequency, i) => (holds ? frequency / (list[i] as number) : frequency));
  };
  const short = scaled("short_factor");
  const long = scaled("long_factor");
  return {
    rotaryDim: 2 * plain.length,
    tables: (seq) => tables(seq, seq > original ? long : short, attention),
  };
}

function numberOf(fields: Fields, field: string, read: ConfigReader, fallback?: number): number {
  return read.within(fields).number(field, fallback);
}

function record(value: unknown): Fields | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}
