import type { PlanSummary, SweepEvent, SweepTrialEvent } from "@lorank/sweep";
import type { Output } from "../output.ts";
import { duration, plainText } from "../text.ts";
import { liveProgress } from "./live.ts";
import type { Progress, Sink } from "./progress.ts";
import { isOfTrial, sweepWords, trialNews } from "./sweep-words.ts";
import type { EarlierTrial } from "./tally.ts";

/** Steps of training come by the hundred; one line of them in so many seconds is enough for a log. */
const secondsBetweenSteps = 15;

/** One line an event with its time, for logs and CI. Nothing is ever drawn over. */
export function plainProgress(sink: Sink, now: () => number = Date.now): Progress {
  let lastStep = Number.NEGATIVE_INFINITY;
  const line = (text: string): void => sink.write(`${new Date(now()).toISOString()} ${text}\n`);
  const say = (text: string): void => {
    for (const one of text.split("\n")) line(one);
  };
  return {
    report: (event) => {
      if (!isOfTrial(event)) return say(sweepWords(event));
      if (event.kind === "trial-progress" && trialNews(event.event) === undefined) {
        if (now() - lastStep < 1000 * secondsBetweenSteps) return;
        lastStep = now();
      }
      const words = eventWords(event);
      if (words !== undefined) line(`rank ${event.rank}, seed ${event.seed}: ${words}`);
    },
    say,
    end: () => {},
  };
}

function eventWords(event: SweepTrialEvent): string | undefined {
  switch (event.kind) {
    case "trial-started":
      return event.attempt === 1 ? "started" : `started, attempt ${event.attempt}`;
    case "trial-progress":
      if (event.event.kind === "step") {
        const { step, steps, loss } = event.event;
        return `step ${step}${steps === undefined ? "" : ` of ${steps}`}, loss ${loss.toFixed(4)}`;
      }
      if (event.event.kind === "evaluating") return `evaluating, ${event.event.done} of ${event.event.total}`;
      return trialNews(event.event);
    case "trial-finished": {
      const left = event.secondsEstimateLeft;
      const rest = left === undefined || event.done === event.total ? "" : `, about ${duration(left)} left`;
      const score = event.accuracy === undefined ? event.status : `accuracy ${event.accuracy.toFixed(4)}`;
      return `done in ${duration(event.seconds)}, ${score} (${event.done} of ${event.total}${rest})`;
    }
    case "trial-retried":
      return `trying again: ${plainText(event.reason)}`;
    case "trial-failed":
      return plainText(event.message);
    case "test-scored":
      return `on the test examples: accuracy ${event.accuracy.toFixed(4)}`;
    case "truncations-evaluated":
      return `cut to ${event.truncations.map(({ rank, accuracy }) => `rank ${rank}: accuracy ${accuracy.toFixed(4)}`).join(", ")}`;
  }
}

/** Shows how far a sweep is: lines before its first trial, then a table or a log. */
export interface SweepProgress extends Progress {
  /** Messages of failed trials, by id. */
  readonly messages: ReadonlyMap<string, string>;
  /** Shows trials from now on. */
  begin(summary: Pick<PlanSummary, "ranks" | "seeds">, earlier: readonly EarlierTrial[]): void;
}

export function sweepProgress(output: Output): SweepProgress {
  const messages = new Map<string, string>();
  let shown = notesOn(output);
  return {
    messages,
    report(event: SweepEvent) {
      if (event.kind === "trial-failed") messages.set(event.trialId, event.message);
      shown.report(event);
    },
    say: (text) => shown.say(text),
    begin(summary, earlier) {
      shown = progressOf(summary, earlier, output);
    },
    end: () => shown.end(),
  };
}

/** Lines and nothing else. */
function notesOn(output: Output): Progress {
  return {
    report: (event) => {
      if (!isOfTrial(event)) output.note(sweepWords(event));
    },
    say: (text) => output.note(text),
    end: () => {},
  };
}

function progressOf(
  { ranks, seeds }: Pick<PlanSummary, "ranks" | "seeds">,
  earlier: readonly EarlierTrial[],
  { quiet, live, dimOnStderr }: Output,
): Progress {
  if (quiet) return { report: () => {}, say: () => {}, end: () => {} };
  const sink = {
    write: (text: string) => void process.stderr.write(text),
    get columns() {
      return process.stderr.columns ?? 100;
    },
  };
  if (!live) return plainProgress(sink);
  return liveProgress(sink, { ranks, seeds: seeds.length, earlier, dim: dimOnStderr });
}
