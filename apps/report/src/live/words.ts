import { courseOf, mayEndEarly } from "@lorank/core/results";
import { duration, listInWords, plural } from "../format.ts";
import { type ShownMetric, shownMetric } from "../metric.ts";
import type { LiveState } from "./live-state.ts";

/** The question that the sweep is to answer. */
export function question({ ranks }: LiveState): string {
  return ranks.length === 0 ? "Which rank is enough?" : `Which of the ranks ${listInWords(ranks)} is enough?`;
}

/** What "enough" means. */
export function criterion(state: LiveState): string {
  const metric = metricOf(state);
  return `Enough is the smallest rank whose ${metric.noun} is shown to be within ${metric.margin(state.margin)} of any other's.`;
}

/** `running: 5 of 12 trials done, about 3 min left`. */
export function stateWords({ phase, done, total, secondsLeft, trials, method }: LiveState): string {
  if (phase === "preparing") return "preparing, or searching for its settings: no trials yet";
  const most = mayEndEarly(method) ? "at most " : "";
  const others = (["failed", "lost"] as const).flatMap((state) => {
    const count = trials.filter((trial) => trial.state === state).length;
    return count === 0 ? [] : [`${count} ${state}`];
  });
  const left = secondsLeft === undefined ? [] : [`about ${roughTime(secondsLeft)} left`];
  const counts = [`${done} of ${most}${plural(total, "trial")} done`, ...others, ...left].join(", ");
  return phase === "stopped" ? `stopped: ${counts}; nobody runs it` : `${phase}: ${counts}`;
}

/** The sentence that stands where a reader looks for a verdict. */
export function noDecisionYet({ done, total, method, decision }: LiveState): string {
  if (done >= total || (decision !== undefined && !courseOf(decision).isOpen))
    return "All runs are there; the decision is being made.";
  const most = mayEndEarly(method) ? "at most " : "";
  return `Not a decision yet: ${done} of ${most}${plural(total, "trial")} ${done === 1 ? "is" : "are"} done.`;
}

/** The metric that the verdict will rest on. */
export function metricOf({ metric, margin }: LiveState): ShownMetric {
  return shownMetric(metric, { decision: { metric, margin }, trials: [] });
}

/** As exact as an estimate is. */
export function roughTime(seconds: number): string {
  if (seconds < 100) return duration(Math.max(10, 10 * Math.ceil(seconds / 10)));
  return seconds < 5400 ? `${Math.ceil(seconds / 60)}\u202fmin` : `${(seconds / 3600).toFixed(1)}\u202fh`;
}
