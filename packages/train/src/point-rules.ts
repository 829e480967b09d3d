import type { Observations } from "@lorank/evidence/schema";
import type { Must } from "./must.ts";

/** Settings of evaluations on the way, and the rule by which they end a training. */
export interface PointRules {
  readonly evaluateEvery?: Observations["evaluateEvery"] | undefined;
  /** Evaluations on the way without a better one, after which a training ends. */
  readonly patience?: number | undefined;
}

/** Rule for the interval of evaluations on the way, in words and for a number. */
export const pointsInterval = {
  rule: "a positive integer of steps, or a share of all steps above 0 and below 1",
  holds: (every: number): boolean => every > 0 && (every < 1 || Number.isSafeInteger(every)),
} as const;

export function checkPoints({ evaluateEvery: every, patience }: PointRules, must: Must): void {
  const { rule, holds } = pointsInterval;
  if (every !== undefined) must(holds(every), "evaluateEvery", rule, every);
  if (patience !== undefined) {
    must.count("patience", patience);
    must(every !== undefined, "patience", "absent without evaluateEvery", patience);
  }
}
