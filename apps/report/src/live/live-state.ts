import { counted, listInWords } from "@lorank/core";
import { methods, type Scores, type TrialResult } from "@lorank/evidence/results";
import { duration, percent } from "../format.ts";
import { decisionMetric } from "../metric.ts";
import { type ReportedSoFar, undecided } from "../reported.ts";

/** A trial of a sweep that runs, as `sweepStatus` of `@lorank/sweep` has it. Scores are those of one that is done. */
export interface LiveTrial extends Scores {
  /** `r16-s3`; of a check with what differs. */
  readonly name: string;
  readonly rank: number;
  readonly seed: number;
  /** Present where the trial is no part of the comparison. */
  readonly variant?: string;
  readonly state: "done" | "running" | "lost" | "failed" | "cancelled" | "waiting" | "not-asked";
  /** Outcome of a trial that is done. */
  readonly status?: TrialResult["status"];
  readonly step?: number;
  readonly steps?: number;
  /** Steps that an earlier attempt had done, where this one went on from there. */
  readonly resumedFrom?: number;
  readonly evaluating?: { readonly done: number; readonly total: number };
  /** State of a waiting trial's job in a scheduler's queue, in words. */
  readonly why?: string;
  /** Training losses so far, in nats, of a trial that runs. */
  readonly losses?: readonly (readonly [step: number, loss: number])[];
}

/** A sweep before it is done: its results so far, and what only a sweep that runs has. */
export interface LiveState {
  readonly name: string;
  /** Preparing: it has no trials yet. Paused: a person stopped it for a while. Stopped: not done, and nobody runs it. */
  readonly phase: "preparing" | "running" | "paused" | "stopped";
  /** Absent while it is being prepared. The same object until there are more: its sections are rendered once. */
  readonly results?: ReportedSoFar;
  readonly trials: readonly LiveTrial[];
  /** Why trials have no result, and messages of schedulers that are in no trial's cell, each with the command that helps. */
  readonly problems: readonly { readonly words: string; readonly command?: string }[];
  /** Trials with a result, of `total`; at most so many, of a method that may end early. */
  readonly done: number;
  readonly total: number;
  /** Sum of what the trials took so far. */
  readonly secondsSpent: number;
  /** Estimated time by the clock. */
  readonly secondsLeft?: number;
  /** Seeds that the next look of a method needs that looks at its outcomes as it goes. Absent of other methods. */
  readonly nextLook?: number;
  /** Ranks with a button that stops them. */
  readonly stoppable: readonly number[];
  /** Command line with which a sweep that has stopped goes on. */
  readonly resume?: string;
}

/** The question that the sweep is to answer. */
export function question({ results }: LiveState): string {
  return results === undefined
    ? "Which rank is enough?"
    : `Which of the ranks ${listInWords(results.sweep.ranks)} is enough?`;
}

/** `running: 5 of 12 trials done, 1 failed, about 3 min left`. */
export function stateWords(state: LiveState): string {
  const { phase, done, total, secondsLeft, trials, results } = state;
  if (results === undefined) return "preparing, or searching for its settings: no trials yet";
  const atMost = methods[results.sweep.method ?? "grid"].mayEndEarly ? "at most " : "";
  const others = (["failed", "lost"] as const).flatMap((ended) => {
    const count = trials.filter((trial) => trial.state === ended).length;
    return count === 0 ? [] : [`${count} ${ended}`];
  });
  const left = secondsLeft === undefined ? [] : [`about ${duration(10 * Math.ceil(secondsLeft / 10))} left`];
  const counts = [`${done} of ${atMost}${counted(total, "trial")} done`, ...others, ...left].join(", ");
  return phase === "stopped" ? `stopped: ${counts}; nobody runs it` : `${phase}: ${counts}`;
}

/** Meaning of "enough", and the reason why there is no verdict yet. */
export function notYet(results: ReportedSoFar, { done, total, nextLook }: LiveState): string {
  const { method = "grid", margin } = results.sweep;
  const metric = decisionMetric(undecided(results));
  const enough = `Enough is the smallest rank whose ${metric.noun} is shown to be within ${metric.margin(margin)} of any other's.`;
  return done >= total
    ? `All runs are there; the decision is being made. ${enough}`
    : `Not a decision yet. ${enough} ${methods[method].mayEndEarly ? looks() : unlooked}`;

  function looks(): string {
    const { decision } = results;
    const last =
      decision === undefined
        ? `The ${method} has not looked at its outcomes so far.`
        : `The intervals are those of the ${method}'s last look, after ${counted(decision.seeds, "seed")}. They are corrected for all its looks, so they hold at ${percent(decision.confidence)} however often they are read.`;
    const next = nextLook && `The next look is after ${counted(nextLook, "seed")} of each rank in play.`;
    return [last, next].filter(Boolean).join(" ");
  }
}

const unlooked =
  "Until all runs are there, no mean score and no interval is shown: an interval that is looked at after every run is wrong more often than it says.";
