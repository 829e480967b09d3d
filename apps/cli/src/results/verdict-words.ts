import { type Claim, type Decision, inWords, kindInWords, onTopic, paragraph } from "@lorank/core/results";
import type { Output } from "../output.ts";
import { wrap } from "../text.ts";

/** The verdict: a headline that can be read from across the room, then what the claims say, a paragraph for each topic. */
export function printVerdict(
  decision: Decision,
  claims: readonly Claim[],
  { print, colours, columns }: Output,
): void {
  const [answer, ...reasons] = onTopic(claims, "verdict");
  const width = Math.min(columns, 100);
  const headline = wrap(
    `Verdict: ${kindInWords(decision)}. ${answer === undefined ? "" : inWords(answer)}`,
    width,
  );
  const isOpen = answer?.kind !== "recommended" && answer?.kind !== "enough";
  print(colours.bold(isOpen ? colours.yellow(headline) : colours.green(headline)));
  const paragraphs = [
    paragraph(reasons),
    ...onTopic(claims, "caution").map(inWords),
    paragraph(onTopic(claims, "evidence")),
    paragraph(onTopic(claims, "method")),
    paragraph(onTopic(claims, "basis")),
  ];
  for (const text of paragraphs.filter((one) => one !== "")) {
    print(wrap(text, width));
    print();
  }
}

/** What to do next, as it is said of a verdict that has no sweep to change. */
export function printNext(claims: readonly Claim[], { print, columns }: Output): void {
  const next = onTopic(claims, "next");
  if (next.length > 0) print(wrap(`Next: ${paragraph(next)}`, Math.min(columns, 100)));
}
