import type { TrialSpec } from "@lorank/core/results";

/** `r16-s3`, and with what differs from the sweep: `r16-s3-lr0.001`. */
export function trialName({ lora, seed }: TrialSpec, variant?: string): string {
  return `r${lora.rank}-s${seed}${variant === undefined ? "" : `-${variant}`}`;
}

/** Names the setting in which a trial of a check differs from the sweep's. */
export function variantOf({ lora, optimizer }: TrialSpec, ofSweep: TrialSpec): string {
  if (lora.scalingRule !== ofSweep.lora.scalingRule) return String(lora.scalingRule);
  return `lr${Number((optimizer.learningRate ?? Number.NaN).toPrecision(3))}`;
}
