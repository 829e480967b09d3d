import { type Family, type HeadModule, resolveTargets, weightShapes } from "@lorank/train/engine";

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

/** What is asked of an adapter besides its rank. */
export interface AdapterPlan {
  readonly targetModules: readonly string[];
  readonly dora: boolean;
}

/** rank · (inDim + outDim) for every target, with DoRA outDim magnitudes more, and the modules trained whole. */
export function costOfRank(
  family: Family,
  head: HeadModule,
  { targetModules, dora }: AdapterPlan,
  rank: number,
): RankCost {
  const loraParams = resolveTargets(head, targetModules, rank).reduce(
    (sum, { inDim, outDim }) => sum + rank * (inDim + outDim) + (dora ? outDim : 0),
    0,
  );
  const headParams = weightShapes(family, head)
    .filter(({ trainedWhole }) => trainedWhole)
    .reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);
  const trainableParams = loraParams + headParams;
  return {
    rank,
    loraParams,
    trainableParams,
    adapterBytes: 4 * trainableParams,
    gradientBytes: 4 * trainableParams,
    optimizerBytes: 8 * trainableParams,
  };
}
