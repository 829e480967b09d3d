import { assertRank, InputError, truncateLora } from "@lorank/core";
import { type LoraLayer, layerScaling, type PeftAdapter } from "./adapter.ts";

/** How far one layer's truncated update is from the whole one. */
export interface LayerError {
  /** ‖ΔW − ΔW_k‖_F */
  readonly error: number;
  /** ‖ΔW‖_F */
  readonly norm: number;
}

export interface TruncatedAdapter {
  readonly adapter: PeftAdapter;
  /** By module path. */
  readonly errors: ReadonlyMap<string, LayerError>;
}

/**
 * The adapter of rank `rank` whose update is nearest to this one's, layer by layer. Layers of a lower rank keep theirs.
 * Alpha becomes the rank: the scaling is in the factors. Heads stay, and so do magnitudes, which then normalise
 * the truncated update: the optimum is that of the low-rank part.
 *
 * @throws InputError E_RANK when `rank` is above the adapter's own.
 */
export function truncateAdapter(adapter: PeftAdapter, rank: number): TruncatedAdapter {
  assertRank(rank);
  const own = Math.max(...[...adapter.layers.values()].map(({ loraA }) => loraA.shape[0]));
  if (rank > own)
    throw new InputError("E_RANK", `rank must be at most the adapter's own, ${own}, got ${rank}`);
  const layers = new Map<string, LoraLayer>();
  const errors = new Map<string, LayerError>();
  for (const [path, layer] of adapter.layers) {
    const kept = Math.min(rank, layer.loraA.shape[0]);
    const { loraA, loraB, error, spectrum } = truncateLora(
      { ...layer, scaling: layerScaling(adapter, path) },
      kept,
    );
    layers.set(path, { ...layer, loraA, loraB, alpha: kept });
    errors.set(path, { error, norm: spectrum.frobeniusNorm });
  }
  return { adapter: { ...adapter, rank, alpha: rank, scalingRule: "lora", layers }, errors };
}
