import type { ClaimIn, Words } from "../../claims/claim.ts";
import { answerInWords, type NamedAnswer } from "../named-answer.ts";

/** Contents of the claim on the log loss beside generated answers. */
export interface OtherMetricBodies {
  evidence: {
    /** The answer by generated answers, and that by the log loss. */
    "other-metric": { now: NamedAnswer; byLogLoss: NamedAnswer };
  };
}

export const otherMetricWords: Words<ClaimIn<OtherMetricBodies>> = {
  "other-metric"({ now, byLogLoss }) {
    const answer = answerInWords(byLogLoss);
    if (now.rank === byLogLoss.rank && now.is === byLogLoss.is)
      return `By the log loss of the responses the answer is the same: ${answer}.`;
    return `By the log loss of the responses: ${answer}. The verdict rests on the generated answers.`;
  },
};
