import type { Decision, Results, TrialResult } from "@lorank/core/results";
import {
  returnsInWords,
  selectionInWords,
  stepSizeInWords,
  type Tested,
  testScoreInWords,
} from "@lorank/report";
import type { Output } from "../output.ts";
import { wrap } from "../text.ts";

/** The verdict: one line that can be read from across the room, then the reasons. */
export function printVerdict(decision: Decision, { print, colours, columns }: Output): void {
  const { verdict, rank, robustness } = decision;
  // Where the order of the ranks flips with the rate, what follows is no answer to "which rank?".
  const answer = rank === null ? openAnswer(decision) : `${verdict}, take rank ${rank}`;
  const rateDecides = robustness?.order === "flips";
  const headline = rateDecides
    ? `Verdict: the learning rate decides, not the rank (at this rate alone: ${answer})`
    : `Verdict: ${answer}`;
  print(colours.bold(rank === null || rateDecides ? colours.yellow(headline) : colours.green(headline)));
  print(wrap(decision.explanation, Math.min(columns, 100)));
}

function openAnswer({ classPrior }: Decision): string {
  switch (classPrior?.state) {
    case "not-better":
      return "inconclusive, no rank is better than the class prior";
    case "unclear":
      return "inconclusive, no rank is shown to have learned anything";
    default:
      return "inconclusive";
  }
}

/** Where larger ranks stopped paying, and how much the choice of the best flatters it; nothing with one seed or one rank. */
export function printReturns(
  results: Pick<Results, "decision" | "trials">,
  { print, columns }: Output,
): void {
  const returns = returnsInWords(results);
  const selection = selectionInWords(results);
  const paragraphs = [
    ...(returns === undefined ? [] : [`Diminishing returns. ${returns}`]),
    ...(selection === undefined ? [] : [`Best of several. ${selection}`]),
  ];
  for (const paragraph of paragraphs) {
    print();
    print(wrap(paragraph, Math.min(columns, 100)));
  }
}

/** The score on examples that nothing was chosen by, or why there is none; nothing without such examples. */
export function printTestScore(results: Tested, { print, columns }: Output): void {
  const words = testScoreInWords(results);
  if (words === undefined) return;
  print();
  print(wrap(`Test score. ${words}`, Math.min(columns, 100)));
}

/** What the trials' alpha and scaling did to their step sizes, where that may have made a difference between ranks. */
export function printStepSize(trials: readonly TrialResult[], { print, colours, columns }: Output): void {
  const words = stepSizeInWords(trials);
  if (words === undefined) return;
  print();
  print(colours.yellow(words.label));
  print(wrap(words.text, Math.min(columns, 100)));
}
