import { statSync } from "node:fs";
import { type MetricName, type Scores, scoresOf, type TrialResult } from "@lorank/evidence/schema";
import { readCancelRequest } from "../executor/cancel.ts";
import type { PointScores } from "../plan/events.ts";
import { freshMs, readAttemptState } from "../store/attempt-log.ts";
import { namesIn } from "../store/files.ts";
import { isRunning } from "../store/process-identity.ts";
import type { Attempt, SweepStore } from "../store/store.ts";

export type TrialState =
  | ({
      readonly state: "done";
      readonly status: TrialResult["status"];
      /** Seconds the trial took, wall-clock, by the result. */
      readonly seconds: number;
    } & Scores)
  /** Running: the process lives, or on another host its log changed within a minute. */
  | ({ readonly state: "running" } & Running)
  /** Lost: the process is gone, or on another host silent for a minute. */
  | ({ readonly state: "lost"; readonly isGone: boolean; readonly secondsSilent: number } & Running)
  /** Failed: the last attempt ended without a result. */
  | { readonly state: "failed"; readonly attempt: number; readonly reason: string }
  | { readonly state: "cancelled" }
  /** Waiting to be run or resumed. `attempts` counts earlier attempts. */
  | { readonly state: "waiting"; readonly attempts: number }
  /** Not required by the method so far, and perhaps never. */
  | { readonly state: "not-asked" };

export interface Running {
  readonly attempt: number;
  /** Host name; absent until the process has written it. */
  readonly host?: string;
  readonly device?: string;
  /** Scheduler's id for the process, such as Slurm's `<job>_<task>`. */
  readonly where?: string;
  readonly step?: number;
  /** Step count for the whole training, where the trainer reports it. */
  readonly steps?: number;
  readonly loss?: number;
  /** Latest evaluation on the way; absent before the first, and without any. */
  readonly point?: PointScores;
  /** Checkpoint step from which the attempt was resumed, if it was. */
  readonly resumedFrom?: number;
  /** Validation examples evaluated so far, once training has ended. */
  readonly evaluating?: { readonly done: number; readonly total: number };
  /** Seconds since the attempt began. */
  readonly seconds: number;
  /** Estimated seconds left; absent before there is anything to estimate from. */
  readonly secondsLeft?: number;
}

export type TrialStatus = TrialState & {
  readonly trialId: string;
  /** Trial name such as `r16-s3`; a check's with what differs: `r16-s3-lr0.001`, `r16-s3-rslora`. */
  readonly name: string;
  /** Rank, or the arm's number. */
  readonly rank: number;
  /** Name of the arm; absent if ranks are compared. */
  readonly arm?: string;
  readonly seed: number;
  /** Setting in which a check's trial differs from the sweep, such as `lr0.001`. Absent for compared trials. */
  readonly variant?: string;
};

/** Cache of finished trials' states by id, which never change. */
export type KnownDone = Map<string, TrialState>;

/**
 * Trial states in a results folder, by trial id. Each folder is listed once; only running or ended attempts without a
 * result cost more.
 *
 * @param now in milliseconds since 1970.
 * @param known caches finished trials.
 * @param metric the verdict's metric.
 */
export function trialStates(
  store: SweepStore,
  now: number,
  known: KnownDone,
  metric: MetricName,
): (id: string) => TrialState {
  const begun = new Set(namesIn(store.path("attempts")));
  const cancelled = new Set(readCancelRequest(store.out).trials);
  return (id) => {
    if (store.isDone(id)) {
      const done = known.get(id) ?? doneState(store, id, metric);
      known.set(id, done);
      return done;
    }
    const attempt = begun.has(id) ? store.attempts(id).at(-1) : undefined;
    const state: TrialState =
      attempt === undefined ? { state: "waiting", attempts: 0 } : attemptState(attempt, now);
    return state.state === "waiting" && cancelled.has(id) ? { state: "cancelled" } : state;
  };
}

function doneState(store: SweepStore, id: string, metric: MetricName): TrialState {
  const result = store.readResult(id, { keep: false });
  const { status, evaluation } = result;
  return {
    state: "done",
    status,
    ...(evaluation && scoresOf(evaluation, metric)),
    seconds: result.measured.seconds.total,
  };
}

function attemptState({ number, folder }: Attempt, now: number): TrialState {
  const log = readAttemptState(folder);
  const { start, step, event, resumed, end } = log ?? {};
  if (end?.kind === "ended" && end.interrupted !== true)
    return { state: "failed", attempt: number, reason: end.reason };
  // The committed result was deleted, to be made again.
  if (end !== undefined) return { state: "waiting", attempts: number };
  const claimedAt = statSync(folder).mtimeMs;
  const startedAt = start === undefined ? claimedAt : Date.parse(start.time);
  const { steps } = step ?? resumed ?? {};
  const running: Running = {
    attempt: number,
    ...(start && { host: start.host }),
    ...(start?.device === undefined ? {} : { device: start.device }),
    ...(start?.where === undefined ? {} : { where: start.where }),
    ...(step && { step: step.step, loss: step.loss }),
    ...(steps === undefined ? {} : { steps }),
    ...(resumed && { resumedFrom: resumed.step }),
    ...(event?.kind === "evaluating" ? { evaluating: { done: event.done, total: event.total } } : {}),
    seconds: Math.max(0, now - startedAt) / 1000,
  };
  const runs = start && isRunning(start);
  const silentMs = Math.max(0, now - (log?.heardAt ?? claimedAt));
  // A process's liveness decides before its silence: one busy in native code runs, a killed one does not.
  if (runs ?? silentMs <= freshMs) return { state: "running", ...running };
  return { state: "lost", isGone: runs === false, secondsSilent: silentMs / 1000, ...running };
}
