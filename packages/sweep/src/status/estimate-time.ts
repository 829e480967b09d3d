import { TimeLeft } from "../progress/time-left.ts";
import type { TrialStatus } from "./trial-state.ts";

/** Trials with the time that each of the running ones still needs, and the time that all that is to be run needs. */
export interface Estimated {
  readonly trials: TrialStatus[];
  /** If as many trials go on side by side as run now; absent where none runs or nothing is known yet. */
  readonly secondsLeft?: number;
}

/** Estimates times as {@link TimeLeft} does, from how long the trials that are done took. */
export function estimateTime(trials: readonly TrialStatus[]): Estimated {
  const running = trials.filter(({ state }) => state === "running");
  const timeLeft = new TimeLeft(running.length, () => 0);
  for (const trial of trials) {
    const { trialId, rank } = trial;
    if (trial.state === "done") timeLeft.finished(trialId, rank, trial.seconds);
    if (trial.state === "running") {
      const { step, steps, loss, resumedFrom = 0 } = trial;
      timeLeft.started(trialId, rank, -trial.seconds, steps === undefined ? 0 : resumedFrom / steps);
      if (step !== undefined && steps !== undefined)
        timeLeft.progressed(trialId, { kind: "step", step, steps, loss: loss! });
    }
  }
  const toRun = trials.filter(({ state }) => state === "waiting" || state === "failed" || state === "lost");
  const secondsLeft = running.length === 0 ? undefined : timeLeft.estimate(toRun.map(({ rank }) => rank));
  return {
    trials: trials.map((trial) => {
      const left = trial.state === "running" ? timeLeft.leftOf(trial.trialId) : undefined;
      return left === undefined ? trial : { ...trial, secondsLeft: left };
    }),
    ...(secondsLeft === undefined ? {} : { secondsLeft }),
  };
}
