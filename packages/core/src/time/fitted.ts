// Written by `pnpm --filter @lorank/core step-time`; do not edit.
import type { TimeConstants } from "./law.ts";

export const timeConstants: TimeConstants = {
  productShare: 0.737,
  halvedFactor: 1.42,
  thinShare: 0.424,
  trafficShare: 0.897,
  nf4Share: 0.364,
  gptqShare: 0.17,
  blockSeconds: 0.000244,
  adapterSeconds: 0.000299,
};

/** Factors on predicted seconds between which 8 of 10 measured ones lie, left out by source. */
export const timeSpread: readonly [low: number, high: number] = [0.89, 1.2];

/** Measured steps: how many, and by which factor a prediction from other sources is off at most. */
export interface MeasuredSteps {
  readonly rows: number;
  readonly worst: number;
}

export const stepsByCard: Readonly<Record<string, MeasuredSteps>> = {
  "A100 40GB": { rows: 14, worst: 1.36 },
  "A100 80GB": { rows: 121, worst: 1.64 },
  H100: { rows: 2, worst: 1.2 },
  L40S: { rows: 12, worst: 1.13 },
  "RTX 3090": { rows: 2, worst: 1.17 },
  "RTX 4090": { rows: 4, worst: 1.15 },
};

export const stepsByProfile: Readonly<Record<string, MeasuredSteps>> = {
  "llama-factory": { rows: 6, worst: 1.36 },
  peft: { rows: 12, worst: 1.13 },
  "peft-2024": { rows: 4, worst: 1.17 },
  "qwen-2023": { rows: 42, worst: 1.64 },
  torchtune: { rows: 4, worst: 1.15 },
  "trl-2024": { rows: 49, worst: 1.3 },
  "trl-2025": { rows: 28, worst: 1.19 },
  unsloth: { rows: 8, worst: 1.31 },
};
