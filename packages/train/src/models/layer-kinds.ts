import type { ConfigReader } from "./config.ts";
import type { LayerKind } from "./family.ts";
import type { Rope } from "./rope.ts";

export interface LayerKindOptions {
  readonly layers: number;
  readonly full: Rope;
  /** Rotary positions of layers with a window. (default: those of the others) */
  readonly sliding?: Rope;
  /** Size of the window; undefined where no layer has one. */
  readonly window: number | undefined;
  /** Which layers have the window where the config has no `layer_types`. */
  readonly slides: (layer: number) => boolean;
}

/** The kind of each layer: by `layer_types` where the config lists them, as transformers 5 does. */
export function layerKinds(
  config: Readonly<Record<string, unknown>>,
  read: ConfigReader,
  { layers, full, sliding = full, window, slides }: LayerKindOptions,
): (layer: number) => LayerKind {
  const types = config.layer_types;
  const kinds = {
    full_attention: { name: "full", rope: full },
    sliding_attention: { name: "sliding", rope: sliding, ...(window === undefined ? {} : { window }) },
  } as const satisfies Record<string, LayerKind>;
  if (types === undefined || types === null) {
    return (layer) =>
      window !== undefined && slides(layer) ? kinds.sliding_attention : kinds.full_attention;
  }
  const known = (type: unknown): type is keyof typeof kinds =>
    typeof type === "string" && Object.hasOwn(kinds, type);
  const list = Array.isArray(types) && types.length === layers && types.every(known) ? types : undefined;
  read.check(
    list !== undefined,
    `layer_types must be a list of ${layers} of ${Object.keys(kinds).join(", ")}, got ${JSON.stringify(types).slice(0, 100)}`,
  );
  return (layer) => kinds[list?.[layer] ?? "full_attention"];
}
