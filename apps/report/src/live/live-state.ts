import { counted, listInWords } from "@lorank/core";
import {
  courseOf,
  type Decision,
  type MethodName,
  type MetricName,
  methods,
  type Scores,
  type TrialResult,
} from "@lorank/evidence/results";
import { duration } from "../format.ts";
import { type ShownMetric, shownMetric } from "../metric.ts";

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
  /** Why it failed or was lost, or how its job waits in a scheduler's queue, in words. */
  readonly why?: string;
  /** Training losses so far, in nats, of a trial that runs. */
  readonly losses?: readonly (readonly [step: number, loss: number])[];
}

/** A sweep before it is done: all that its page shows. */
export interface LiveState {
  readonly name: string;
  /** Model and data, where they are known. */
  readonly subject?: string;
  /** Preparing: it has no trials yet. Paused: a person stopped it for a while. Stopped: not done, and nobody runs it. */
  readonly phase: "preparing" | "running" | "paused" | "stopped";
  readonly method: MethodName;
  readonly ranks: readonly number[];
  readonly seeds: readonly number[];
  readonly metric: MetricName;
  readonly margin: number;
  readonly trials: readonly LiveTrial[];
  /** Messages of schedulers that are in no trial's cell, each with the command that helps. */
  readonly queue?: readonly { readonly words: string; readonly command?: string }[];
  /** Trials with a result, of `total`; at most so many, of a method that may end early. */
  readonly done: number;
  readonly total: number;
  /** Estimated time by the clock. */
  readonly secondsLeft?: number;
  /** Sums of what the trials take each, in seconds; what is expected of all in the end is absent before anything is known. */
  readonly trialSeconds: { readonly spent: number; readonly expected?: number };
  /** Decision at the last look of a method that looks at its outcomes as it goes; absent before the first, and of other methods. */
  readonly decision?: Decision;
  /** Seeds that the next look of such a method needs. Absent of other methods. */
  readonly nextLook?: number;
  /** Command lines that change or continue the sweep. */
  readonly commands: {
    readonly resume: string;
    readonly addSeed: string;
    readonly addRank: string;
    /** Commands by rank. */
    readonly stopRank: Readonly<Record<number, string>>;
  };
}

/** The question that the sweep is to answer. */
export function question({ ranks }: LiveState): string {
  return ranks.length === 0 ? "Which rank is enough?" : `Which of the ranks ${listInWords(ranks)} is enough?`;
}

/** Meaning of "enough". */
export function criterion(state: LiveState): string {
  const metric = metricOf(state);
  return `Enough is the smallest rank whose ${metric.noun} is shown to be within ${metric.margin(state.margin)} of any other's.`;
}

/** `running: 5 of 12 trials done, about 3 min left`. */
export function stateWords({ phase, done, total, secondsLeft, trials, method }: LiveState): string {
  if (phase === "preparing") return "preparing, or searching for its settings: no trials yet";
  const others = (["failed", "lost"] as const).flatMap((state) => {
    const count = trials.filter((trial) => trial.state === state).length;
    return count === 0 ? [] : [`${count} ${state}`];
  });
  const left = secondsLeft === undefined ? [] : [`about ${roughTime(secondsLeft)} left`];
  const counts = [`${doneOf({ done, total, method })} done`, ...others, ...left].join(", ");
  return phase === "stopped" ? `stopped: ${counts}; nobody runs it` : `${phase}: ${counts}`;
}

/** Tells if there is something to stop: a process that runs the sweep, or jobs that wait in a scheduler's queue. */
export function isStoppable({ phase, trials }: LiveState): boolean {
  return phase !== "stopped" || trials.some(({ state, why }) => state === "waiting" && why !== undefined);
}

/** The sentence that stands where a reader looks for a verdict. */
export function noDecisionYet({ done, total, method, decision }: LiveState): string {
  if (done >= total || (decision !== undefined && !courseOf(decision).isOpen))
    return "All runs are there; the decision is being made.";
  return `Not a decision yet: ${doneOf({ done, total, method })} ${done === 1 ? "is" : "are"} done.`;
}

function doneOf({ done, total, method }: Pick<LiveState, "done" | "total" | "method">): string {
  return `${done} of ${methods[method].mayEndEarly ? "at most " : ""}${counted(total, "trial")}`;
}

/** The metric that the verdict will rest on. */
export function metricOf({ metric, margin }: LiveState): ShownMetric {
  return shownMetric(metric, { decision: { metric, margin }, trials: [] });
}

/** An estimated time, with no more digits than it has. */
export function roughTime(seconds: number): string {
  const [size, unit] = roughUnit(seconds);
  if (unit === "s") return duration(Math.max(10, 10 * Math.ceil(seconds / 10)));
  return unit === "min" ? `${Math.ceil(seconds / size)}\u202fmin` : `${(seconds / size).toFixed(1)}\u202fh`;
}

/** `1.7 min`: a time in the unit of the estimate beside it, unless it is less than a tenth of that. */
export function timeBeside(seconds: number, estimate: number): string {
  const [size, unit] = roughUnit(estimate);
  return unit === "s" || seconds < size / 10
    ? duration(seconds)
    : `${(seconds / size).toFixed(1)}\u202f${unit}`;
}

function roughUnit(seconds: number): readonly [seconds: number, unit: "s" | "min" | "h"] {
  if (seconds < 100) return [1, "s"];
  return seconds < 5400 ? [60, "min"] : [3600, "h"];
}
