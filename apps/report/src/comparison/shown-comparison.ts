import type { Comparison, ComparisonWords, Difference } from "@lorank/evidence/compare";
import type { ShownCompared } from "../compared.ts";
import type { ShownMetric } from "../metric.ts";
import type { ReportedComparison } from "./reported-comparison.ts";

/** Contents as the page's sections take them. */
export interface ShownComparison extends ReportedComparison {
  readonly words: ComparisonWords;
  readonly metric: ShownMetric;
  readonly compared: ShownCompared;
}

export interface ComparisonProps {
  readonly shown: ShownComparison;
}

export const shownWords: Readonly<Record<Difference["result"], string>> = {
  "first-better": "a difference is shown",
  "second-better": "a difference is shown",
  alike: "alike within the margin",
  open: "open",
};

/** Text with no line break within a rank or an error. */
export function unbroken(text: string): string {
  return text.replace(/(\(rank|±) /g, "$1\u00a0");
}

/** False for copies, and for single runs, of which nothing can be claimed. */
export function isCompared({ copies, seeds }: Comparison): boolean {
  return !copies && seeds.count > 1;
}
