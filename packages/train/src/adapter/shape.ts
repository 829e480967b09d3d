import { assertRank, kindOf, scalingOf } from "@lorank/core";
import { type TargetLayer, targetLayers } from "@lorank/core/models";
import type { LoraSpec } from "@lorank/evidence/results";
import type { HeadModule } from "../families/family.ts";

/** Rank and factor on B·A of one adapted layer. */
export interface LoraShape {
  readonly rank: number;
  readonly scaling: number;
}

/** The adapter that a model's linear layers carry. */
export interface AdapterShape {
  /** Probability that an element of an adapter's input is zeroed while training. */
  readonly dropout: number;
  /** Each row of W has a magnitude. */
  readonly hasMagnitudes: boolean;
  /** The adapted layers by full module path. */
  readonly modules: ReadonlyMap<string, LoraShape>;
}

export const noAdapter: AdapterShape = { dropout: 0, hasMagnitudes: false, modules: new Map() };

/** One rank and one scaling for all targets. */
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
 * The layers that get an adapter of `rank`; none for rank 0.
 *
 * @throws InputError E_TARGET for a name without a layer, and E_RANK for a rank above the smaller dimension of a
 *   target. A and B would have more numbers than they can use.
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

/** Names of an adapter's tensors in a model's parameters, by the path of the layer that carries them. */
export const loraAName = (path: string): string => `${path}.lora_A.weight`;
export const loraBName = (path: string): string => `${path}.lora_B.weight`;
export const magnitudeName = (path: string): string => `${path}.lora_magnitude_vector`;

/** True for a parameter of an adapter, and false for one of a head that is trained whole. */
export const isLoraName = (name: string): boolean => name.includes(".lora_");
