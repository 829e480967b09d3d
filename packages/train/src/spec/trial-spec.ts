import { kindMembers } from "@lorank/core";
import type { EngineSpec, LoraSpec } from "@lorank/core/results";

/**
 * How alpha follows the rank. `fixed` keeps the size of the update the same at every rank, so a sweep compares
 * ranks. `equal-to-rank` is the common convention; at one learning rate it also makes the update grow with the
 * rank, so a sweep compares rank and step size together.
 */
export type AlphaRule =
  | { readonly kind: "fixed"; readonly alpha: number }
  | { readonly kind: "equal-to-rank" };

/** A {@link LoraSpec} of any rank. */
export interface LoraRule extends Omit<LoraSpec, "rank" | "alpha"> {
  readonly alpha: AlphaRule;
}

/** A {@link EngineSpec} of any rank and seed. */
export interface TrainingConfig extends Pick<EngineSpec, "base" | "data" | "task" | "optimizer" | "compute"> {
  readonly lora: LoraRule;
}

/** The trial of one rank and seed. */
export function trialSpec(config: TrainingConfig, rank: number, seed: number): EngineSpec {
  const { base, data, task, lora, optimizer, compute } = config;
  const loraSpec: LoraSpec = {
    rank,
    alpha: lora.alpha.kind === "fixed" ? lora.alpha.alpha : rank,
    scalingRule: lora.scalingRule,
    dropout: lora.dropout,
    ...kindMembers(lora),
    targetModules: lora.targetModules,
  };
  const shared = { specVersion: 1, base, data, task, lora: loraSpec, optimizer } as const;
  return { ...shared, ...(compute === undefined ? {} : { compute }), seed };
}
