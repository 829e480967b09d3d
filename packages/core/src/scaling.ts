import { InputError } from "./errors.ts";
import { assertRank } from "./model/rank.ts";
import type { ScalingRule } from "./results/types.ts";

/**
 * Computes the factor s on B·A in `h = W₀x + s·B(Ax)`.
 *
 * `lora`: `alpha / rank`. `rslora`: `alpha / √rank`, which prevents the update from shrinking as the rank grows.
 * `alpha` must be positive and finite.
 *
 * Source: LoRA, section 4.1, https://arxiv.org/abs/2106.09685; rsLoRA, https://arxiv.org/abs/2312.03732
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
