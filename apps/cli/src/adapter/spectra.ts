import { layerScaling, type PeftAdapter } from "@lorank/checkpoint";
import { rankAtEnergy, spectrumOf } from "@lorank/core";

/** The figures of one layer's update. */
export interface LayerSpectrum {
  readonly path: string;
  readonly rank: number;
  readonly alpha: number;
  readonly scaling: number;
  readonly singularValues: readonly number[];
  readonly frobeniusNorm: number;
  readonly stableRank: number;
  readonly effectiveRank: number;
  /** The smallest k that holds this share of Σσ². */
  readonly rankAtEnergy: { readonly "90": number; readonly "95": number; readonly "99": number };
}

/** A smallest and a largest value. */
export type Range = readonly [least: number, most: number];

/** The same for all layers of a kind. */
export interface KindSpectrum {
  readonly kind: string;
  readonly layers: number;
  readonly rank: Range;
  readonly alpha: Range;
  readonly scaling: Range;
  /** σ₁ of the layer where it is largest. */
  readonly largestSingularValue: number;
  /** √Σ‖ΔW‖² over the layers. */
  readonly frobeniusNorm: number;
  readonly stableRank: Range;
  readonly effectiveRank: Range;
  readonly rankAt90: Range;
}

/** The spectrum of each layer's scaling · B · A, in the file's order. */
export function layerSpectra(adapter: PeftAdapter): LayerSpectrum[] {
  return [...adapter.layers].map(([path, layer]) => {
    const scaling = layerScaling(adapter, path);
    const { singularValues, ...figures } = spectrumOf({ ...layer, scaling });
    const at = (share: number): number => rankAtEnergy(singularValues, share);
    return {
      path,
      rank: layer.loraA.shape[0],
      alpha: layer.alpha,
      scaling,
      ...figures,
      rankAtEnergy: { "90": at(0.9), "95": at(0.95), "99": at(0.99) },
      singularValues: [...singularValues],
    };
  });
}

/** Sums layers up by their kind. */
export function kindSpectra(layers: readonly LayerSpectrum[]): KindSpectrum[] {
  return [...byKind(layers)].map(([kind, rows]) => {
    const range = (of: (row: LayerSpectrum) => number): Range => rangeOf(rows.map(of));
    return {
      kind,
      layers: rows.length,
      rank: range(({ rank }) => rank),
      alpha: range(({ alpha }) => alpha),
      scaling: range(({ scaling }) => scaling),
      largestSingularValue: Math.max(...rows.map(({ singularValues }) => singularValues[0] ?? 0)),
      frobeniusNorm: Math.hypot(...rows.map(({ frobeniusNorm }) => frobeniusNorm)),
      stableRank: range(({ stableRank }) => stableRank),
      effectiveRank: range(({ effectiveRank }) => effectiveRank),
      rankAt90: range((row) => row.rankAtEnergy["90"]),
    };
  });
}

function rangeOf(values: readonly number[]): Range {
  return [Math.min(...values), Math.max(...values)];
}

/**
 * What a layer is, whichever block it stands in: `self_attn.q_proj` of `model.layers.3.self_attn.q_proj`,
 * `mlp.experts.*.up_proj` of an expert. A path without a number is its own kind.
 */
export function moduleKind(path: string): string {
  const parts = path.split(".");
  const block = parts.findIndex((part) => /^\d+$/.test(part));
  const within = block < 0 || block === parts.length - 1 ? parts : parts.slice(block + 1);
  return within.map((part) => (/^\d+$/.test(part) ? "*" : part)).join(".");
}

/** Groups in the order in which their first members come. */
export function byKind<T extends { readonly path: string }>(rows: readonly T[]): Map<string, T[]> {
  const kinds = new Map<string, T[]>();
  for (const row of rows) {
    const kind = moduleKind(row.path);
    const group = kinds.get(kind);
    if (group === undefined) kinds.set(kind, [row]);
    else group.push(row);
  }
  return kinds;
}
