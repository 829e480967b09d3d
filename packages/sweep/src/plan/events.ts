import type { SearchedName, TrialResult } from "@lorank/evidence/schema";
import type { TrialEvent } from "@lorank/train";

/** Scores of a trial after a step, before its training ends; of another trainer perhaps without a log loss. */
export interface PointScores {
  readonly step: number;
  readonly accuracy: number;
  readonly logLoss?: number;
}

/** Progress within a trial: a training step, an evaluation on the way or at the end, a checkpoint. */
export type ProgressEvent =
  | Exclude<TrialEvent, { kind: "step" | "point" }>
  | ({ readonly kind: "point"; readonly steps?: number } & PointScores)
  | {
      readonly kind: "step";
      readonly step: number;
      readonly steps?: number;
      readonly loss: number;
      readonly learningRate?: number;
    };

/**
 * Throttles progress events: one training step, and one evaluation event, per `intervalMs`; always the first, and the
 * last if the total is known. Others all pass.
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

function isLast(event: ProgressEvent): boolean {
  if (event.kind === "step") return event.steps !== undefined && event.step >= event.steps;
  return event.kind !== "evaluating" || event.done >= event.total;
}

export interface SweepProgress {
  readonly trialId: string;
  /** Rank, or the arm's number. */
  readonly rank: number;
  /** Name of the arm; absent if ranks are compared. */
  readonly arm?: string;
  readonly seed: number;
  readonly done: number;
  readonly total: number;
  readonly secondsEstimateLeft?: number;
}

export type SweepTrialEvent = SweepProgress &
  (
    | { readonly kind: "trial-started"; readonly attempt: number }
    | { readonly kind: "trial-progress"; readonly event: ProgressEvent }
    | {
        readonly kind: "trial-finished";
        readonly status: TrialResult["status"];
        /** Validation accuracy; absent when the trial diverged or ran out of memory. */
        readonly accuracy?: number;
        readonly logLoss?: number;
        readonly seconds: number;
      }
    | { readonly kind: "trial-retried"; readonly attempt: number; readonly reason: string }
    | { readonly kind: "trial-failed"; readonly message: string }
    | {
        readonly kind: "truncations-evaluated";
        /** Validation scores of an adapter cut to lower ranks, in ascending order. */
        readonly truncations: readonly {
          readonly rank: number;
          readonly accuracy: number;
          readonly logLoss?: number;
        }[];
      }
    | {
        readonly kind: "test-scored";
        /** Accuracy on the test examples, as is `logLoss`. */
        readonly accuracy: number;
        /** Log loss in nats on the test examples; absent where another trainer gives none. */
        readonly logLoss?: number;
      }
  );

/** Progress events of a sweep, and of the search before it. */
export type SweepEvent =
  | SweepTrialEvent
  /** Damaged file in the results folder, written anew. */
  | { readonly kind: "file-rebuilt"; readonly file: string; readonly damage: string }
  | { readonly kind: "base-evaluated"; readonly accuracy: number; readonly logLoss?: number }
  /** Ended training of the search: a value of a searched setting, at a rank. */
  | {
      readonly kind: "setting-tried";
      readonly setting: SearchedName;
      readonly value: number | string;
      readonly rank: number;
      /** Log loss in nats on selection examples; absent where training diverged. */
      readonly logLoss?: number;
      readonly seconds: number;
    };

export interface ProgressReporter {
  report(event: SweepEvent): void;
}
