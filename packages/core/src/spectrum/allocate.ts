import { InputError } from "../errors.ts";

/** Layer with the singular values of its update, and its sizes. */
export interface LayerUpdate {
  readonly path: string;
  /** σ of ΔW, descending. */
  readonly singularValues: ArrayLike<number>;
  readonly inDim: number;
  readonly outDim: number;
}

/**
 * Ranks by layer within a budget of parameters, that hold the most of all updates' energy Σσ². A layer's k-th
 * rank costs `inDim + outDim` parameters and holds σ_k²: values are taken by energy per parameter, while they fit.
 * Layers that get none are left out. One greedy pass is optimal but for the last values, as the costs are not all equal.
 *
 * @throws InputError E_RANK where the budget is below the smallest layer's cost, or no update differs from 0.
 */
export function allocateRanks(layers: readonly LayerUpdate[], budget: number): Map<string, number> {
  const values = layers.flatMap(({ path, singularValues, inDim, outDim }) =>
    Array.from(singularValues, (value) => ({ path, cost: inDim + outDim, energy: value ** 2 })),
  );
  // A stable sort keeps a layer's values in order where several are equal.
  const byWorth = values
    .filter(({ energy }) => energy > 0)
    .sort((a, b) => b.energy / b.cost - a.energy / a.cost);
  const ranks = new Map<string, number>();
  let left = budget;
  for (const { path, cost } of byWorth) {
    if (cost > left) continue;
    left -= cost;
    ranks.set(path, (ranks.get(path) ?? 0) + 1);
  }
  if (ranks.size === 0)
    throw new InputError(
      "E_RANK",
      `budget must be enough for one rank of a layer that was changed, got ${budget}`,
    );
  return new Map(layers.flatMap(({ path }) => (ranks.has(path) ? [[path, ranks.get(path)!] as const] : [])));
}
