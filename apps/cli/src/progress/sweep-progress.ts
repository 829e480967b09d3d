import type { PlanSummary, SweepEvent } from "@lorank/sweep";
import type { Output } from "../output.ts";
import { liveProgress } from "./live.ts";
import { plainProgress } from "./plain.ts";
import type { Progress } from "./progress.ts";
import { isOfTrial, sweepWords } from "./sweep-words.ts";
import type { EarlierTrial } from "./tally.ts";

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
