// Written by `pnpm --filter @lorank/core step-time`; do not edit.
import type { TimeConstants } from "./law.ts";

export const timeConstants: TimeConstants = {
  productShare: 0.731,
  halvedFactor: 1.42,
  thinShare: 0.481,
  trafficShare: 0.927,
  nf4Share: 0.364,
  gptqShare: 0.17,
  blockSeconds: 0.000264,
  adapterSeconds: 0.000294,
};

/** Factors on predicted seconds between which 8 of 10 measured ones lie, left out by source. */
export const timeSpread: readonly [low: number, high: number] = [0.89, 1.21];

/** Measured steps: how many, and by which factor a prediction from other sources is off at most. */
export interface MeasuredSteps {
  readonly rows: number;
  readonly worst: number;
}

export const stepsByCard: Readonly<Record<string, MeasuredSteps>> = {
  "A100 40GB": { rows: 14, worst: 1.35 },
  "A100 80GB": { rows: 121, worst: 1.64 },
  H100: { rows: 2, worst: 1.21 },
  L40S: { rows: 5, worst: 1.13 },
  "RTX 3090": { rows: 2, worst: 1.18 },
  "RTX 4090": { rows: 4, worst: 1.14 },
};

export const stepsByProfile: Readonly<Record<string, MeasuredSteps>> = {
  "llama-factory": { rows: 6, worst: 1.35 },
  peft: { rows: 5, worst: 1.13 },
  "peft-2024": { rows: 4, worst: 1.18 },
  "qwen-2023": { rows: 42, worst: 1.64 },
  torchtune: { rows: 4, worst: 1.14 },
  "trl-2024": { rows: 49, worst: 1.31 },
  "trl-2025": { rows: 28, worst: 1.2 },
  unsloth: { rows: 8, worst: 1.31 },
};
