import { statSync } from "node:fs";
import { type MetricName, scoresOf } from "@lorank/core/results";
import { freshMs, readAttemptState } from "../store/attempt-log.ts";
import { readCancelRequest } from "../store/cancel-file.ts";
import { namesIn } from "../store/known-ids.ts";
import { isRunning } from "../store/process-identity.ts";
import type { Attempt, SweepStore } from "../store/store.ts";
import type { Running, TrialState } from "./trial-state.ts";

/** Trials that are done, by id. They stay as they are. */
export type KnownDone = Map<string, TrialState>;

/**
 * Reads how trials are. Each folder is listed once, and only trials that have begun and have no result cost more.
 *
 * @param now in milliseconds since 1970.
 * @param known takes the trials that are done, and spares reading their results again.
 * @param metric decides in the sweep.
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

/** How a trial without a result is, by its last attempt. */
function attemptState({ number, folder }: Attempt, now: number): TrialState {
  const log = readAttemptState(folder);
  const { start, step, event, resumed, end } = log ?? {};
  if (end?.kind === "ended" && end.interrupted !== true)
    return { state: "failed", attempt: number, reason: end.reason };
  // A result that was committed and is gone was deleted, to be made again.
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
  // Our own host knows more than the clock: a process that is busy in native code is there, one that was killed is not.
  if (runs ?? silentMs <= freshMs) return { state: "running", ...running };
  return { state: "lost", isGone: runs === false, secondsSilent: silentMs / 1000, ...running };
}
