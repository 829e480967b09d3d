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
  peft: { rows: 18, below: 78, median: 1.8, max: 7.0 },
  "peft-2024": { rows: 13, below: 100, median: 0.7, max: 1.7 },
  "trl-2024": { rows: 25, below: 76, median: 0.3, max: 1.2 },
  "trl-2025": { rows: 29, below: 62, median: 0.1, max: 2.4 },
  torchtune: { rows: 5, below: 80, median: 0.5, max: 3.8 },
  litgpt: { rows: 27, below: 81, median: 1.0, max: 5.6 },
  "litgpt-2023": { rows: 17, below: 76, median: 0.2, max: 1.8 },
};
