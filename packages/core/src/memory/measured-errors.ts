// Written by `pnpm --filter @lorank/core accuracy`; do not edit.

/** Unsigned errors in per cent of a profile's estimates on published measurements that state all that decides them. */
export interface MeasuredErrors {
  readonly rows: number;
  /** Per cent of the estimates that are below what was measured. */
  readonly below: number;
  readonly median: number;
  readonly max: number;
}

/** Errors by profile; a profile without an entry has no such measurement. */
export const measuredErrors: Readonly<Record<string, MeasuredErrors>> = {
  peft: { rows: 7, below: 71, median: 1.7, max: 7.0 },
  "peft-2024": { rows: 11, below: 100, median: 0.7, max: 1.7 },
  "trl-2024": { rows: 10, below: 80, median: 0.1, max: 1.6 },
  torchtune: { rows: 3, below: 33, median: 0.6, max: 1.4 },
  litgpt: { rows: 18, below: 83, median: 0.8, max: 4.6 },
  "litgpt-2023": { rows: 16, below: 75, median: 0.3, max: 1.8 },
};
