import type { Decision } from "@lorank/core";
import type { Output } from "../output.ts";
import { wrap } from "../text.ts";

/** The verdict: one line that can be read from across the room, then the reasons. */
export function printVerdict(decision: Decision, { print, colours, columns }: Output): void {
  const { verdict, rank } = decision;
  const headline = rank === null ? "Verdict: inconclusive" : `Verdict: ${verdict}, take rank ${rank}`;
  print(colours.bold(rank === null ? colours.yellow(headline) : colours.green(headline)));
  print(wrap(decision.explanation, Math.min(columns, 100)));
}
