import { type ConfigFields, type ConfigReader, isRecord } from "../config-reader.ts";
import type { ModelParts } from "../parts.ts";
import { type RopeSettings, readRope } from "./rope.ts";

/** Attention window and positions in a layer. */
export interface LayerKind {
  readonly name: "full" | "sliding";
  /** Tokens that a token sees: itself and `window − 1` before it; null: all. */
  readonly window: number | null;
  /** Rotary embedding settings; null if positions are learned. */
  readonly rope: RopeSettings | null;
}

export type ReadLayerKinds = (config: ConfigReader, parts: ModelParts) => readonly LayerKind[];

export const fullKinds: ReadLayerKinds = (config, parts) => everyLayer(config, parts, null);

/** Windows in every layer: 4096 tokens if the field is absent, none if null. */
export const mistralKinds: ReadLayerKinds = (config, parts) => {
  const isAbsent = config.fields.sliding_window === undefined;
  return everyLayer(config, parts, isAbsent ? 4096 : config.sizeOrNull("sliding_window"));
};

/** Windows in every layer, if the config sets any. */
export const phi3Kinds: ReadLayerKinds = (config, parts) =>
  everyLayer(
    config,
    parts,
    config.sizeOr("sliding_window", () => null),
  );

/** Windows from layer `max_window_layers` on, if switched on. */
export const qwenKinds: ReadLayerKinds = (config, parts) => {
  const isOn = config.flag("use_sliding_window", false);
  const first = isOn ? config.number("max_window_layers") : 0;
  const window = isOn ? windowOf(config) : null;
  return someLayers(config, parts, {
    full: ropeOf(config, parts),
    window,
    slides: (layer) => window !== null && layer >= first,
  });
};

/** Attention windows in every other layer, as in Gemma 2. */
export const gemma2Kinds: ReadLayerKinds = (config, parts) =>
  someLayers(config, parts, {
    full: ropeOf(config, parts),
    window: windowOf(config),
    slides: (layer) => layer % 2 === 0,
  });

/** Five windowed layers with their own rotary positions to each full layer. */
export const gemma3Kinds: ReadLayerKinds = (config, parts) => {
  const { headDim } = parts;
  const pattern = config.sizeOr("sliding_window_pattern", () =>
    config.sizeOr("_sliding_window_pattern", () => 6),
  );
  const fields = gemma3Ropes(config.fields);
  return someLayers(config, parts, {
    full: readRope(config, { headDim, theta: 1_000_000, fields: fields.full }),
    sliding: readRope(config, { headDim, theta: 10_000, fields: fields.sliding }),
    window: windowOf(config),
    slides: (layer) => (layer + 1) % pattern !== 0,
  });
};

/**
 * Rotary fields by layer type: transformers 5 has a set each, transformers 4 a second theta, `rope_local_base_freq`.
 */
function gemma3Ropes(config: ConfigFields): { full: ConfigFields; sliding: ConfigFields } {
  const { rope_theta, rope_local_base_freq, rope_parameters, rope_scaling } = config;
  const nested = isRecord(rope_parameters) ? rope_parameters : {};
  if (isRecord(nested.full_attention)) {
    const { full_attention: full, sliding_attention: sliding } = nested;
    return { full, sliding: isRecord(sliding) ? sliding : {} };
  }
  return {
    full: { rope_theta, ...(isRecord(rope_scaling) ? rope_scaling : {}) },
    sliding: { rope_theta: rope_local_base_freq },
  };
}

function everyLayer(config: ConfigReader, parts: ModelParts, window: number | null): LayerKind[] {
  const kind: LayerKind = {
    name: window === null ? "full" : "sliding",
    window,
    rope: ropeOf(config, parts),
  };
  return new Array<LayerKind>(parts.layers).fill(kind);
}

interface KindOptions {
  readonly full: RopeSettings;
  readonly sliding?: RopeSettings;
  readonly window: number | null;
  /** Tells whether a layer has a window, if the config has no `layer_types`. */
  readonly slides: (layer: number) => boolean;
}

/** Kinds by `layer_types`, which transformers 5 configs list. */
function someLayers(
  config: ConfigReader,
  { layers }: ModelParts,
  { full, sliding = full, window, slides }: KindOptions,
): LayerKind[] {
  const kinds = {
    full_attention: { name: "full", window: null, rope: full },
    sliding_attention: { name: "sliding", window, rope: sliding },
  } as const satisfies Readonly<Record<string, LayerKind>>;
  const types = config.has("layer_types")
    ? config.choices("layer_types", layers, ["full_attention", "sliding_attention"])
    : Array.from({ length: layers }, (_, layer) => (slides(layer) ? "sliding_attention" : "full_attention"));
  return types.map((type) => kinds[type]);
}

function ropeOf(config: ConfigReader, { headDim }: ModelParts): RopeSettings {
  return readRope(config, { headDim, theta: 10_000 });
}

function windowOf(config: ConfigReader): number {
  return config.sizeOr("sliding_window", () => 4096);
}
