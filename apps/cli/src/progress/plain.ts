import type { SweepTrialEvent } from "@lorank/sweep";
import { duration, plainText } from "../text.ts";
import type { Progress, Sink } from "./progress.ts";
import { isOfTrial, sweepWords, trialNews } from "./sweep-words.ts";

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
