import { assertRank, kindOf, scalingOf } from "@lorank/core";
import { type TargetLayer, targetLayers } from "@lorank/core/models";
import type { LoraSpec } from "@lorank/evidence/results";
import type { HeadModule } from "../families/family.ts";

export interface LoraShape {
  readonly rank: number;
  readonly scaling: number;
}

export interface AdapterShape {
  /** Dropout probability per element of an adapted layer's input. */
  readonly dropout: number;
  /** True for DoRA: each row has a trained magnitude. */
  readonly hasMagnitudes: boolean;
  /** Adapted layers, rank and scaling of each, by full module path. */
  readonly modules: ReadonlyMap<string, LoraShape>;
}

export const noAdapter: AdapterShape = { dropout: 0, hasMagnitudes: false, modules: new Map() };

export function adapterShape(lora: LoraSpec, targets: readonly TargetLayer[]): AdapterShape {
  if (lora.rank === 0) return noAdapter;
  const shape = { rank: lora.rank, scaling: scalingOf(lora.scalingRule, lora.alpha, lora.rank) };
  return {
    dropout: lora.dropout,
    hasMagnitudes: kindOf(lora).hasMagnitudes,
    modules: new Map(targets.map(({ path }) => [path, shape])),
  };
}

/**
 * Layers that get an adapter with `rank`; none for rank 0.
 * @throws InputError E_TARGET for a name without a layer, E_RANK for a rank above a target's smaller dimension.
 */
export function resolveTargets(
  { shape }: HeadModule,
  targetModules: readonly string[] | "all-linear",
  rank: number,
): readonly TargetLayer[] {
  const targets = targetLayers(shape, targetModules);
  if (rank === 0) return [];
  assertRank(rank, targets);
  return targets;
}

export const loraAName = (path: string): string => `${path}.lora_A.weight`;
export const loraBName = (path: string): string => `${path}.lora_B.weight`;
export const magnitudeName = (path: string): string => `${path}.lora_magnitude_vector`;

/** True for a parameter of an adapter, false for a head's. */
export const isLoraName = (name: string): boolean => name.includes(".lora_");
