import { counted, listInWords } from "@lorank/core";
import { methods, type Scores, type TrialResult } from "@lorank/evidence/results";
import { shownCompared } from "../compared.ts";
import { duration, percent } from "../format.ts";
import { decisionMetric } from "../metric.ts";
import { type ReportedSoFar, undecided } from "../reported.ts";

/** Trial in a running sweep, as in `sweepStatus` of `@lorank/sweep`, with scores once done. */
export interface LiveTrial extends Scores {
  /** Trial name such as `r16-s3`, in a check with what differs. */
  readonly name: string;
  /** Rank, or an arm's number in the results' axis. */
  readonly rank: number;
  readonly seed: number;
  /** Setting in which a check's trial differs, such as `lr0.001`; absent for compared trials. */
  readonly variant?: string;
  readonly state: "done" | "running" | "lost" | "failed" | "cancelled" | "waiting" | "not-asked";
  readonly status?: TrialResult["status"];
  readonly step?: number;
  readonly steps?: number;
  /** Training step from which this attempt was resumed. */
  readonly resumedFrom?: number;
  readonly evaluating?: { readonly done: number; readonly total: number };
  /** Reason why the trial waits, from a scheduler, in words. */
  readonly why?: string;
  /** Training losses while a trial runs, in nats. */
  readonly losses?: readonly (readonly [step: number, loss: number])[];
  /** Scores of evaluations on the way while a trial runs, ascending by step. */
  readonly points?: readonly ({ readonly step: number } & Scores)[];
}

/** Unfinished sweep to show on a page: progress, and results so far. */
export interface LiveState {
  readonly name: string;
  /** Preparing: no trials yet. Paused: by a person. Stopped: unfinished without a process. */
  readonly phase: "preparing" | "running" | "paused" | "stopped";
  /**
   * Results so far; absent while preparing. The object stays the same until there are more, so its sections are
   * rendered once.
   */
  readonly results?: ReportedSoFar;
  readonly trials: readonly LiveTrial[];
  /** Failures and scheduler messages, each with a command against it. */
  readonly problems: readonly { readonly words: string; readonly command?: string }[];
  /** Trials with a result, out of `total`, which is an upper limit if the method may end early. */
  readonly done: number;
  readonly total: number;
  readonly secondsSpent: number;
  readonly secondsLeft?: number;
  /** Seeds that the next interim look needs; absent for methods without looks. */
  readonly nextLook?: number;
  readonly stoppable: readonly number[];
  /** Command line to resume a stopped sweep. */
  readonly resume?: string;
}

export function question({ results }: LiveState): string {
  if (results === undefined) return "Which rank is enough?";
  const { ranks } = results.sweep;
  const { isNamed, many, name, least } = shownCompared(results.sweep);
  const names = listInWords(isNamed ? ranks.map(name) : ranks);
  const which = isNamed && names.length > mostCharacters ? `${ranks.length} ${many}` : `${many} ${names}`;
  return `Which of the ${which} is ${least === undefined ? "good " : ""}enough?`;
}

/** Most characters for the names of arms in a heading. */
const mostCharacters = 80;

/** Sweep state as a sentence: `running: 5 of 12 trials done, 1 failed, about 3 min left`. */
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

/** Sentences that define "enough", and say why there is no verdict yet. */
export function notYet(results: ReportedSoFar, { done, total, nextLook }: LiveState): string {
  const { method = "grid", margin } = results.sweep;
  const metric = decisionMetric(undecided(results));
  const { one, oneOf, least } = shownCompared(results.sweep);
  const smallest = least === undefined ? oneOf : `the ${least} ${one}`;
  const enough = `${least === undefined ? "Good enough" : "Enough"} is ${smallest} whose ${metric.noun} is shown to be within ${metric.margin(margin)} of any other's.`;
  return done >= total
    ? `All runs are there; the decision is being made. ${enough}`
    : `Not a decision yet. ${enough} ${methods[method].mayEndEarly ? looks() : unlooked}`;

  function looks(): string {
    const { decision } = results;
    const last =
      decision === undefined
        ? `The ${method} has not looked at its outcomes so far.`
        : `The intervals are those of the ${method}'s last look, after ${counted(decision.seeds, "seed")}. They are corrected for all its looks, so they hold at ${percent(decision.confidence)} however often they are read.`;
    const next = nextLook && `The next look is after ${counted(nextLook, "seed")} of each ${one} in play.`;
    return [last, next].filter(Boolean).join(" ");
  }
}

const unlooked =
  "Until all runs are there, no mean score and no interval is shown: an interval that is looked at after every run is wrong more often than it says.";
