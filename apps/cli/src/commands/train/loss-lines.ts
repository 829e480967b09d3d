import type { TrialEvent } from "@lorank/train";
import type { Sink } from "../../progress/progress.ts";
import { trialNews } from "../../progress/tally.ts";
import { duration, plainText } from "../../text.ts";

interface LossLines {
  event(event: TrialEvent): void;
  /** Restores the terminal. */
  end(): void;
}

interface LossLinesOptions {
  readonly live: boolean;
  readonly now?: () => number;
}

/** Approximate number of lines logged per training, whatever its length. */
const linesOfATraining = 20;
const msBetweenFrames = 100;

/**
 * Shows about twenty lines of mean losses, since single steps vary with their texts; on a terminal also the current
 * step.
 */
export function lossLines(sink: Sink, { live, now = Date.now }: LossLinesOptions): LossLines {
  // The first step includes compilation, so the time left is estimated from later steps.
  let first: { readonly step: number; readonly at: number } | undefined;
  let lastFrame = Number.NEGATIVE_INFINITY;
  let isDrawn = false;
  let since = { loss: 0, steps: 0 };

  const erase = (): string => (isDrawn ? "\r\u001b[K" : "");
  const stay = (text: string): void => {
    sink.write(live ? `${erase()}${text}\n` : `${new Date(now()).toISOString()} ${text}\n`);
    isDrawn = false;
  };
  const draw = (text: string): void => {
    if (!live || now() - lastFrame < msBetweenFrames) return;
    lastFrame = now();
    sink.write(`${erase()}${text.slice(0, sink.columns - 1)}`);
    isDrawn = true;
  };
  return {
    event: (event) => {
      const news = trialNews(event);
      if (news !== undefined) return stay(news);
      if (event.kind === "point") return stay(pointWords(event));
      if (event.kind === "evaluating") return draw(`evaluating, ${event.done} of ${event.total}`);
      if (event.kind !== "step") return;
      const { step, steps, loss } = event;
      since = { loss: since.loss + loss, steps: since.steps + 1 };
      first ??= { step, at: now() };
      const seconds = (now() - first.at) / 1000;
      const isKnown = step > first.step && step < steps;
      const rest = isKnown
        ? `, about ${duration((seconds * (steps - step)) / (step - first.step))} left`
        : "";
      const lineOf = (one: number): number => Math.floor((one * linesOfATraining) / steps);
      if (step === 1 || step === steps || lineOf(step) > lineOf(step - 1)) {
        stay(`step ${step} of ${steps}, loss ${(since.loss / since.steps).toFixed(4)}${rest}`);
        since = { loss: 0, steps: 0 };
      } else draw(`step ${step} of ${steps}, loss ${loss.toFixed(4)}${rest}`);
    },
    end: () => {
      if (isDrawn) sink.write(erase());
      isDrawn = false;
    },
  };
}

function pointWords(point: Extract<TrialEvent, { kind: "point" }>): string {
  const { step, steps, accuracy, logLoss, secondary = [] } = point;
  const scores = [
    `accuracy ${(100 * accuracy).toFixed(2)} %`,
    `log loss ${logLoss.toFixed(4)}`,
    ...secondary.map(({ name, mean }) => `${plainText(name)} ${mean.toFixed(4)}`),
  ];
  return `step ${step} of ${steps} evaluated: ${scores.join(", ")}`;
}
