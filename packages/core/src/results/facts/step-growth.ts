import type { ClaimOf } from "../claim.ts";
import type { TrialResult } from "../types.ts";

/** Growth of the first update with the rank, in a sweep whose ranks do not all take the same step. */
export type StepGrowth = Omit<ClaimOf<"step-size">, "kind" | "topic">;

/**
 * Computes the growth of the first step; undefined if all ranks take the same one, or another trainer reports no alpha.
 *
 * B starts at zero, so the first step of AdamW sets each of its elements to ± the learning rate. Then scaling · B · A
 * adds up `rank` terms that all point down the slope: the update is proportional to scaling · rank. That is alpha under
 * alpha / rank, and alpha · √rank under rsLoRA.
 */
export function stepGrowth(trials: readonly TrialResult[]): StepGrowth | undefined {
  const byRank = new Map(trials.map(({ spec: { lora } }) => [lora.rank, lora]));
  byRank.delete(0); // no adapter, so its alpha means nothing
  const loras = [...byRank.values()]
    .flatMap(({ rank, alpha, scalingRule = "lora" }) =>
      alpha === undefined ? [] : [{ rank, alpha, scalingRule }],
    )
    .sort((a, b) => a.rank - b.rank);
  const [first, last] = [loras[0], loras.at(-1)];
  if (first === undefined || last === undefined || first === last) return undefined;
  const sizes = loras.map(({ rank, alpha, scalingRule }) =>
    scalingRule === "rslora" ? alpha * Math.sqrt(rank) : alpha,
  );
  if (sizes.every((size) => isNear(size, sizes[0]!))) return undefined;
  const ends = { smallest: first.rank, largest: last.rank, ratio: sizes.at(-1)! / sizes[0]! };
  const perRank = first.alpha / first.rank;
  if (loras.every(({ rank, alpha }) => isNear(alpha / rank, perRank)))
    return { rule: "alpha-follows-rank", alphaPerRank: perRank, ...ends };
  const isRslora = loras.every(
    ({ scalingRule, alpha }) => scalingRule === "rslora" && isNear(alpha, first.alpha),
  );
  return { rule: isRslora ? "rslora" : "other", ...ends };
}

function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-6 * Math.max(Math.abs(a), Math.abs(b));
}
