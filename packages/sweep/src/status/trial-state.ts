import type { Scores, TrialResult } from "@lorank/core/results";

/** What is known of a trial from the results folder alone. */
export type TrialState =
  | ({
      readonly state: "done";
      readonly status: TrialResult["status"];
      /** Of its whole process. */
      readonly seconds: number;
      /** Scores are those of a completed trial. */
    } & Scores)
  /** Its process has been heard of within a minute. */
  | ({ readonly state: "running" } & Running)
  /** Its process is gone, or has not been heard of for a minute. */
  | ({ readonly state: "lost"; readonly isGone: boolean; readonly secondsSilent: number } & Running)
  /** The last attempt ended without a result. */
  | { readonly state: "failed"; readonly attempt: number; readonly reason: string }
  /** Somebody asked that it be not run: `lorank cancel`. */
  | { readonly state: "cancelled" }
  /** To be run. `attempts`: those that were interrupted. */
  | { readonly state: "waiting"; readonly attempts: number }
  /** Not to be run so far: the method may get by without it. */
  | { readonly state: "not-asked" };

/** An attempt that has not ended. */
export interface Running {
  readonly attempt: number;
  /** Absent, with what follows, before the process has said so. */
  readonly host?: string;
  readonly device?: string;
  /** What a scheduler calls the process. */
  readonly where?: string;
  readonly step?: number;
  /** Of the whole training, where the trainer says it. */
  readonly steps?: number;
  readonly loss?: number;
  /** The step of the checkpoint from which the attempt went on, if it did. */
  readonly resumedFrom?: number;
  /** After training: examples of the evaluation. */
  readonly evaluating?: { readonly done: number; readonly total: number };
  /** Since the attempt began. */
  readonly seconds: number;
  /** Estimated; absent before there is anything to estimate from. */
  readonly secondsLeft?: number;
}

/** One trial of a sweep and how it is. */
export type TrialStatus = TrialState & {
  readonly trialId: string;
  /** `r16-s3`; of a check with what differs: `r16-s3-lr0.001`, `r16-s3-rslora`. */
  readonly name: string;
  readonly rank: number;
  readonly seed: number;
  /** Present where the trial is no part of the comparison: what differs from the sweep. */
  readonly variant?: string;
};
