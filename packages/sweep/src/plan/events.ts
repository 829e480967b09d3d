import type { TrialResult } from "@lorank/core/results";
import type { TrialEvent } from "@lorank/train";

/** What happens in a trial; of another trainer, as far as it says. */
export type ProgressEvent =
  | Exclude<TrialEvent, { kind: "step" }>
  | {
      readonly kind: "step";
      readonly step: number;
      /** All steps of the trial. */
      readonly steps?: number;
      readonly loss: number;
      readonly learningRate?: number;
    };

/** Which trial an event is about, and how far the sweep is. */
export interface SweepProgress {
  readonly trialId: string;
  readonly rank: number;
  readonly seed: number;
  /** Trials with a result, of `total`. */
  readonly done: number;
  readonly total: number;
  /** Estimated from the trials so far; absent before there is anything to estimate from. */
  readonly secondsEstimateLeft?: number;
}

/** What happens to a trial of a sweep. */
export type SweepTrialEvent = SweepProgress &
  (
    | { readonly kind: "trial-started"; readonly attempt: number }
    | { readonly kind: "trial-progress"; readonly event: ProgressEvent }
    | {
        readonly kind: "trial-finished";
        readonly status: TrialResult["status"];
        /** Absent when the trial diverged or ran out of memory. */
        readonly accuracy?: number;
        readonly logLoss?: number;
        readonly seconds: number;
      }
    | { readonly kind: "trial-retried"; readonly attempt: number; readonly reason: string }
    | { readonly kind: "trial-failed"; readonly message: string }
    | {
        readonly kind: "truncations-evaluated";
        /** Accuracy of the trial's adapter cut to each rank; ranks ascend. */
        readonly truncations: readonly { readonly rank: number; readonly accuracy: number }[];
      }
    | {
        readonly kind: "test-scored";
        /** Accuracy of the trial's adapter on the test examples; `logLoss` is on the same ones. */
        readonly accuracy: number;
        /** Absent where another trainer does not say. */
        readonly logLoss?: number;
      }
  );

/** What a sweep, or the search before it, reports while it runs. */
export type SweepEvent =
  | SweepTrialEvent
  /** A file that was damaged has been written anew from what it derives from. */
  | { readonly kind: "file-rebuilt"; readonly file: string; readonly damage: string }
  /** A training of the search has its result. */
  | {
      readonly kind: "setting-tried";
      readonly setting: "learningRate" | "epochs";
      readonly value: number;
      readonly rank: number;
      /** In nats; absent where it diverged. */
      readonly logLoss?: number;
      readonly seconds: number;
    };

/** Who is told what a sweep reports. */
export interface ProgressReporter {
  report(event: SweepEvent): void;
}
