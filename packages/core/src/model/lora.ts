import { InputError } from "../errors.ts";
import { type KindChoice, kindOf } from "./adapter-kinds.ts";
import { adapterRank, type LinearShape } from "./linear-shapes.ts";

/** Rule for the factor on B·A: alpha / rank, or alpha / √rank. */
export type ScalingRule = "lora" | "rslora";

/**
 * Throws E_RANK unless `rank` is a positive integer that fits `targets`: B·A `[outDim, inDim]` has no rank above the
 * smaller side. A target at a share of the rank needs at least 1. Names every target that is too small.
 */
export function assertRank(
  rank: number,
  targets: readonly Pick<LinearShape, "name" | "inDim" | "outDim" | "limitsRank" | "rankFactor">[] = [],
): void {
  if (!(Number.isSafeInteger(rank) && rank > 0)) {
    throw new InputError("E_RANK", `rank must be a positive integer, got ${rank}`);
  }
  const least = leastRank(targets);
  if (rank < least)
    throw new InputError("E_RANK", `rank must be at least ${least} for rank 1 on each expert, got ${rank}`);
  const tooSmall = targets.filter((target) => rank > rankLimit([target]));
  if (tooSmall.length === 0) return;
  const limit = rankLimit(tooSmall);
  const layers = new Set(tooSmall.map(({ name, inDim, outDim }) => `${name} [${outDim}, ${inDim}]`));
  throw new InputError(
    "E_RANK",
    `rank must be at most ${limit}, the smaller dimension of ${[...layers].join(", ")}, got ${rank}`,
  );
}

/** Smallest rank possible for all `targets`: 1 on each at its share. */
export function leastRank(targets: readonly Pick<LinearShape, "rankFactor">[]): number {
  return Math.max(1, ...targets.map(({ rankFactor = 1 }) => Math.round(1 / rankFactor)));
}

/** Largest rank possible for all `targets`; Infinity without a limit. */
export function rankLimit(
  targets: readonly Pick<LinearShape, "inDim" | "outDim" | "limitsRank" | "rankFactor">[],
): number {
  const limiting = targets.filter(({ limitsRank }) => limitsRank !== false);
  return Math.min(
    ...limiting.map(({ inDim, outDim, rankFactor = 1 }) => Math.floor(Math.min(inDim, outDim) / rankFactor)),
  );
}

/**
 * Counts the parameters that LoRA adds to `targets`. Each frozen target W `[outDim, inDim]` gains A `[rank, inDim]` and
 * B `[outDim, rank]`, `rank * (inDim + outDim)` parameters. `rankFactor` of a target multiplies the rank. Kinds with
 * magnitudes add `outDim`. Source: LoRA, section 4.1, https://arxiv.org/abs/2106.09685
 */
export function countLoraParams(
  targets: readonly LinearShape[],
  rank: number,
  kind: KindChoice = {},
): number {
  assertRank(rank, targets);
  let total = 0;
  const perRow = kindOf(kind).hasMagnitudes ? 1 : 0;
  for (const target of targets) {
    const { inDim, outDim, count } = target;
    total += count * (adapterRank(target, rank) * (inDim + outDim) + perRow * outDim);
  }
  return total;
}

/**
 * Factor s on B·A in `h = W₀x + s·B(Ax)`. `lora`: `alpha / rank`. `rslora`: `alpha / √rank`, so that the update does
 * not shrink as the rank grows. `alpha` must be positive and finite. Source: LoRA, section 4.1,
 * https://arxiv.org/abs/2106.09685; rsLoRA, https://arxiv.org/abs/2312.03732
 */
export function scalingOf(rule: ScalingRule, alpha: number, rank: number): number {
  assertRank(rank);
  if (!(Number.isFinite(alpha) && alpha > 0)) {
    throw new InputError("E_ALPHA", `alpha must be a positive number, got ${alpha}`);
  }
  switch (rule) {
    case "lora":
      return alpha / rank;
    case "rslora":
      return alpha / Math.sqrt(rank);
    default:
      throw new InputError(
        "E_SCALING",
        `scalingRule must be "lora" or "rslora", got ${JSON.stringify(rule)}`,
      );
  }
}
