import { type ConfigFields, type ConfigReader, isRecord } from "../config-reader.ts";
import type { ModelParts } from "../parts.ts";
import { type RopeSettings, readRope } from "./rope.ts";

/** Kind of a layer: its attention window and its positions. */
export interface LayerKind {
  readonly name: "full" | "sliding";
  /** A token sees itself and the `window − 1` tokens before it; null: all of them. */
  readonly window: number | null;
  /** Null if positions are learned. */
  readonly rope: RopeSettings | null;
}

/** Reads the kind of each layer: the same object for layers that are alike. */
export type ReadLayerKinds = (config: ConfigReader, parts: ModelParts) => readonly LayerKind[];

/** No layer has a window. */
export const fullKinds: ReadLayerKinds = (config, parts) => everyLayer(config, parts, null);

/** Every layer has a window: of 4096 tokens if the field is absent, none if it is null. */
export const mistralKinds: ReadLayerKinds = (config, parts) => {
  const isAbsent = config.fields.sliding_window === undefined;
  return everyLayer(config, parts, isAbsent ? 4096 : config.sizeOrNull("sliding_window"));
};

/** Every layer has a window if the config sets one. */
export const phi3Kinds: ReadLayerKinds = (config, parts) =>
  everyLayer(
    config,
    parts,
    config.sizeOr("sliding_window", () => null),
  );

/** Layers from `max_window_layers` on have a window if it is switched on. */
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

/** Every other layer has a window. */
export const gemma2Kinds: ReadLayerKinds = (config, parts) =>
  someLayers(config, parts, {
    full: ropeOf(config, parts),
    window: windowOf(config),
    slides: (layer) => layer % 2 === 0,
  });

/** Five layers with a window and separate rotary positions to each one without. */
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

/** Rotary fields by layer type: transformers 5 has one set for each, transformers 4 a second theta, `rope_local_base_freq`. */
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
  /** Rotary positions of layers with a window. (default: those of the others) */
  readonly sliding?: RopeSettings;
  readonly window: number | null;
  /** Tells whether a layer has the window if the config has no `layer_types`. */
  readonly slides: (layer: number) => boolean;
}

/** Kinds of layers by `layer_types`, if the config lists them as transformers 5 does. */
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
