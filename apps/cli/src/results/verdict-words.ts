import type { Decision, TrialResult } from "@lorank/core";
import { stepSizeInWords } from "@lorank/report";
import type { Output } from "../output.ts";
import { wrap } from "../text.ts";

/** The verdict: one line that can be read from across the room, then the reasons. */
export function printVerdict(decision: Decision, { print, colours, columns }: Output): void {
  const { verdict, rank } = decision;
  const headline = rank === null ? "Verdict: inconclusive" : `Verdict: ${verdict}, take rank ${rank}`;
  print(colours.bold(rank === null ? colours.yellow(headline) : colours.green(headline)));
  print(wrap(decision.explanation, Math.min(columns, 100)));
}

/** What the trials' alpha and scaling did to their step sizes, where that may have made a difference between ranks. */
export function printStepSize(trials: readonly TrialResult[], { print, colours, columns }: Output): void {
  const words = stepSizeInWords(trials);
  if (words === undefined) return;
  print();
  print(colours.yellow(words.label));
  print(wrap(words.text, Math.min(columns, 100)));
}
