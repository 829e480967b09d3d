import type { TrialResult } from "@lorank/evidence/results";
import type { TrialEvent } from "@lorank/train";

/** Progress within a trial; of another trainer, as far as it reports any. */
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

/**
 * Thins out a trial's events: at most one step, and one of the evaluation, in `intervalMs`. The first always passes,
 * and the last where an event has their number. Other kinds are rare, and pass.
 */
export function throttleEvents(
  intervalMs: number,
  pass: (event: ProgressEvent) => void,
  now: () => number = performance.now.bind(performance),
): (event: ProgressEvent) => void {
  const lastPass = new Map<ProgressEvent["kind"], number>();
  return (event) => {
    const time = now();
    const last = lastPass.get(event.kind);
    if (last !== undefined && time - last < intervalMs && !isLast(event)) return;
    lastPass.set(event.kind, time);
    pass(event);
  };
}

/** True for an event that passes in any case. */
function isLast(event: ProgressEvent): boolean {
  if (event.kind === "step") return event.steps !== undefined && event.step >= event.steps;
  return event.kind !== "evaluating" || event.done >= event.total;
}

/** The trial of an event, and the progress of the sweep. */
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

/** An event of a trial in a sweep. */
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
        /** Figures of the trial's adapter cut to each rank; ranks ascend. */
        readonly truncations: readonly {
          readonly rank: number;
          readonly accuracy: number;
          readonly logLoss?: number;
        }[];
      }
    | {
        readonly kind: "test-scored";
        /** Accuracy of the trial's adapter on the test examples; `logLoss` is on the same ones. */
        readonly accuracy: number;
        /** Absent where another trainer does not say. */
        readonly logLoss?: number;
      }
  );

/** Events of a sweep, or of the search before it. */
export type SweepEvent =
  | SweepTrialEvent
  /** A file that was damaged has been written anew from what it derives from. */
  | { readonly kind: "file-rebuilt"; readonly file: string; readonly damage: string }
  /** The base without an adapter has been evaluated. */
  | { readonly kind: "base-evaluated"; readonly accuracy: number; readonly logLoss?: number }
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

/** Receives the events of a sweep. */
export interface ProgressReporter {
  report(event: SweepEvent): void;
}
