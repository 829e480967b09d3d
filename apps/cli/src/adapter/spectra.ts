import { layerScaling, type PeftAdapter } from "@lorank/checkpoint";
import { spectrumOf } from "@lorank/core/spectrum";

/** Spectrum of one layer's weight update ΔW = scaling · B · A. */
export interface LayerSpectrum {
  readonly path: string;
  readonly rank: number;
  readonly alpha: number;
  readonly scaling: number;
  readonly singularValues: readonly number[];
  readonly frobeniusNorm: number;
  readonly stableRank: number;
  readonly effectiveRank: number;
  /** Smallest k whose first k singular values hold this percentage of Σσ². */
  readonly rankAtEnergy: { readonly "90": number; readonly "95": number; readonly "99": number };
}

/** Smallest and largest value over the layers. */
type Range = readonly [least: number, most: number];

/** Spectrum figures over all layers of a kind, such as every `q_proj`. */
export interface KindSpectrum {
  readonly kind: string;
  readonly layers: number;
  readonly rank: Range;
  readonly alpha: Range;
  readonly scaling: Range;
  readonly largestSingularValue: number;
  /** Frobenius norm over all these layers: √Σ‖ΔW‖². */
  readonly frobeniusNorm: number;
  readonly stableRank: Range;
  readonly effectiveRank: Range;
  readonly rankAt90: Range;
}

export function layerSpectra(adapter: PeftAdapter): LayerSpectrum[] {
  return [...adapter.layers].map(([path, layer]) => {
    const scaling = layerScaling(adapter, path);
    const { singularValues, ...figures } = spectrumOf({ ...layer, scaling });
    return {
      path,
      rank: layer.loraA.shape[0],
      alpha: layer.alpha,
      scaling,
      ...figures,
      singularValues: [...singularValues],
    };
  });
}

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
 * Names a layer's kind without its block: `self_attn.q_proj` for `model.layers.3.self_attn.q_proj`,
 * `mlp.experts.*.up_proj` for an expert. A path without a number is a separate kind.
 */
export function moduleKind(path: string): string {
  const parts = path.split(".");
  const block = parts.findIndex((part) => /^\d+$/.test(part));
  const within = block < 0 || block === parts.length - 1 ? parts : parts.slice(block + 1);
  return within.map((part) => (/^\d+$/.test(part) ? "*" : part)).join(".");
}

/** Groups layers by kind, in the order of first members. */
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

export function figure(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 100_000 || size < 0.001) return value.toExponential(2);
  if (size >= 100) return value.toFixed(0);
  return String(Number(value.toPrecision(3)));
}

/** Range such as `1.2–3.4`, or `8` if both ends are equal. */
export function rangeText([least, most]: Range, text: (value: number) => string = figure): string {
  const [from, to] = [text(least), text(most)];
  return from === to ? from : `${from}–${to}`;
}

/** Percentage such as `12.3 %`; shares under 0.05 % become `<0.1 %`. */
export function visiblePercent(share: number): string {
  if (share === 0) return "0 %";
  if (share < 0.0005) return "<0.1 %";
  return `${(100 * share).toFixed(1)} %`;
}

/** Adapter facts from config and weights. */
export interface AdapterFacts
  extends Pick<
    PeftAdapter,
    "baseModel" | "taskType" | "rank" | "alpha" | "scalingRule" | "dora" | "dropout" | "targetModules"
  > {
  readonly classNames: readonly string[] | null;
  readonly loraParams: number;
  /** Tensors trained in full, such as a classifier's head. */
  readonly heads: readonly { readonly name: string; readonly shape: readonly number[] }[];
}

export function adapterFacts(adapter: PeftAdapter): AdapterFacts {
  const { rank, alpha, scalingRule, dora, dropout, taskType, baseModel, targetModules, heads } = adapter;
  const { classNames = null } = adapter;
  const loraParams = [...adapter.layers.values()].reduce(
    (sum, { loraA, loraB, magnitude }) =>
      sum + loraA.data.length + loraB.data.length + (magnitude?.length ?? 0),
    0,
  );
  return {
    ...{
      baseModel,
      taskType,
      classNames,
      rank,
      alpha,
      scalingRule,
      dora,
      dropout,
      targetModules,
      loraParams,
    },
    heads: [...heads].map(([tensor, { shape }]) => ({ name: tensor, shape })),
  };
}

interface KindWords {
  readonly name: string;
  readonly spectrumOf: string;
  /** Sentences on what spectrum and truncation leave out; absent for plain LoRA. */
  readonly spectrumNote?: string;
  readonly truncationNote?: string;
}

export function kindWords({ dora }: Pick<PeftAdapter, "dora">): KindWords {
  if (!dora) return { name: "LoRA", spectrumOf: "the update" };
  return {
    name: "DoRA",
    spectrumOf: "the low-rank part of DoRA",
    spectrumNote:
      "The spectrum is that of the low-rank part, scaling · B · A; DoRA's magnitudes are not in it.",
    truncationNote:
      "DoRA: the magnitudes are kept; the optimum is that of the low-rank part before they scale it.",
  };
}
