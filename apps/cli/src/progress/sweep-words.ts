import type { ProgressEvent, SweepEvent, SweepTrialEvent } from "@lorank/sweep";
import { duration, plainText, wholeNumber } from "../text.ts";

/** Whether an event is of one trial of the sweep. */
export function isOfTrial(event: SweepEvent): event is SweepTrialEvent {
  return "trialId" in event;
}

/** What happened in a trial and is worth a line that stays; undefined for how far it is. */
export function trialNews(event: ProgressEvent): string | undefined {
  if (event.kind === "note") return plainText(event.text);
  if (event.kind === "resumed")
    return `goes on from step ${wholeNumber(event.step)} of ${wholeNumber(event.steps)}`;
  return undefined;
}

/** An event that is of no trial, as a line that stays. */
export function sweepWords(event: Exclude<SweepEvent, SweepTrialEvent>): string {
  switch (event.kind) {
    case "file-rebuilt":
      return plainText(`${event.file} was damaged and is written anew: ${event.damage}`);
    case "setting-tried": {
      // `learning rate 0.003, rank 4: log loss 0.2134 (12 s)`
      const { setting, value, rank, logLoss, seconds } = event;
      const tried = setting === "learningRate" ? `learning rate ${value}` : `epochs ${value}`;
      const came = logLoss === undefined ? "diverged" : `log loss ${logLoss.toFixed(4)}`;
      return `${tried}, rank ${rank}: ${came} (${duration(seconds)})`;
    }
  }
}
