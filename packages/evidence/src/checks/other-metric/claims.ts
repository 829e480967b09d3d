import { type ClaimIn, claimsWith } from "../../claims/claim.ts";
import type { CheckClaims } from "../check-claims.ts";
import { answerInWords, answerNow, answerWithout, type NamedAnswer } from "../named-answer.ts";

export interface OtherMetricBodies {
  evidence: {
    "other-metric": { now: NamedAnswer; byLogLoss: NamedAnswer };
  };
}

export type OtherMetricClaim = ClaimIn<OtherMetricBodies>;

const claim = claimsWith<OtherMetricBodies>();

export const otherMetric: CheckClaims<OtherMetricBodies> = {
  onRuns(decision) {
    const { byLogLoss } = decision;
    if (byLogLoss === undefined) return [];
    return [
      claim.evidence("other-metric", { now: answerNow(decision), byLogLoss: answerWithout(byLogLoss) }),
    ];
  },
  words: {
    "other-metric"({ now, byLogLoss }, compared) {
      const answer = answerInWords(byLogLoss, compared);
      if (now.rank === byLogLoss.rank && now.is === byLogLoss.is)
        return `By the log loss of the responses the answer is the same: ${answer}.`;
      return `By the log loss of the responses: ${answer}. The verdict rests on the generated answers.`;
    },
  },
};
