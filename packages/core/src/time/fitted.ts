// Written by `pnpm --filter @lorank/core step-time`; do not edit.
import type { TimeConstants } from "./law.ts";

export const timeConstants: TimeConstants = {
  productShare: 0.737,
  halvedFactor: 1.43,
  thinShare: 0.309,
  trafficShare: 0.902,
  nf4Share: 0.365,
  gptqShare: 0.171,
  blockSeconds: 0.000237,
  adapterSeconds: 0.0003,
};

/** Factors on predicted seconds between which 8 of 10 measured ones lie, left out by source. */
export const timeSpread: readonly [low: number, high: number] = [0.86, 1.20];

/** Measured steps: how many, and by which factor a prediction from other sources is off at most. */
export interface MeasuredSteps {
  readonly rows: number;
  readonly worst: number;
}

export const stepsByCard: Readonly<Record<string, MeasuredSteps>> = {
  "A100 40GB": { rows: 14, worst: 1.36 },
  "A100 80GB": { rows: 121, worst: 1.64 },
  H100: { rows: 2, worst: 1.20 },
  L40S: { rows: 5, worst: 1.12 },
  "RTX 3090": { rows: 2, worst: 1.16 },
  "RTX 4090": { rows: 4, worst: 1.06 },
};

export const stepsByProfile: Readonly<Record<string, MeasuredSteps>> = {
  "llama-factory": { rows: 6, worst: 1.36 },
  peft: { rows: 5, worst: 1.12 },
  "peft-2024": { rows: 4, worst: 1.16 },
  "qwen-2023": { rows: 42, worst: 1.64 },
  torchtune: { rows: 4, worst: 1.18 },
  "trl-2024": { rows: 49, worst: 1.34 },
  "trl-2025": { rows: 28, worst: 1.22 },
  unsloth: { rows: 8, worst: 1.31 },
};
