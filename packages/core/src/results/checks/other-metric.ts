import { claim, type Words } from "../claim.ts";
import type { CheckRow } from "./check.ts";
import { answerInWords, answerNow, answerWithout } from "./collapsed.ts";

/** Claims on the log loss beside generated answers. */
export const otherMetric: CheckRow = {
  onRuns(decision) {
    const { byLogLoss } = decision;
    if (byLogLoss === undefined) return [];
    return [
      claim.evidence("other-metric", { now: answerNow(decision), byLogLoss: answerWithout(byLogLoss) }),
    ];
  },
};

export const otherMetricWords: Words<"other-metric"> = {
  "other-metric"({ now, byLogLoss }) {
    const answer = answerInWords(byLogLoss);
    if (now.rank === byLogLoss.rank && now.is === byLogLoss.is)
      return `By the log loss of the responses the answer is the same: ${answer}.`;
    return `By the log loss of the responses: ${answer}. The verdict rests on the generated answers.`;
  },
};
