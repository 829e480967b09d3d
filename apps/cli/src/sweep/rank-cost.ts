import { type Family, resolveTargets } from "@lorank/train";

/** What a rank trains, known before anything runs. Bytes are those of float32 tensors, in which this engine trains. */
export interface RankCost {
  readonly rank: number;
  /** A and B of all targets. */
  readonly loraParams: number;
  /** A, B and the classification head. */
  readonly trainableParams: number;
  readonly adapterBytes: number;
  readonly gradientBytes: number;
  /** Two AdamW moments. */
  readonly optimizerBytes: number;
}

/** rank · (inDim + outDim) for every target in every layer, and a head `[labels, hidden]`. */
export function costOfRank(
  family: Family,
  targetModules: readonly string[],
  labels: number,
  rank: number,
): RankCost {
  const targets = resolveTargets(family, targetModules, rank);
  const perLayer = family.linears
    .filter(({ path }) => targets.has(path))
    .reduce((sum, { inDim, outDim }) => sum + rank * (inDim + outDim), 0);
  const loraParams = family.layers * perLayer;
  const trainableParams = loraParams + labels * family.hiddenSize;
  return {
    rank,
    loraParams,
    trainableParams,
    adapterBytes: 4 * trainableParams,
    gradientBytes: 4 * trainableParams,
    optimizerBytes: 8 * trainableParams,
  };
}
