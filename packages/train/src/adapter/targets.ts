import { assertRank, type TargetLayer, targetLayers } from "@lorank/core";
import type { HeadModule } from "../families/family.ts";

/**
 * The layers that get an adapter of `rank`; none for rank 0. Throws E_TARGET for a name without a layer, and E_RANK for
 * a rank above the smaller dimension of a target, where A and B would hold more numbers than they can use.
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
