import type { EngineResult } from "../../../src/schema/types.ts";
import { trialOf } from "../probed-trials.ts";

/** Rank 32 under seed 0 with rsLoRA's scaling, which at rank 4 is that of `sweepOf`: alpha is 32 / √4. */
export function rsloraTrial(
  outcome: number | "diverged" | "out-of-memory",
  { rank = 32, seed = 0 } = {},
): EngineResult {
  const result = typeof outcome === "number" ? { accuracy: outcome } : { status: outcome };
  const trial = trialOf({ rank, seed, alpha: 16, ...result });
  const { spec } = trial;
  return { ...trial, spec: { ...spec, lora: { ...spec.lora, scalingRule: "rslora" } } };
}
