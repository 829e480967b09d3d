import { type ClaimIn, claimsWith } from "../../claims/claim.ts";
import type { CheckClaims } from "../check-claims.ts";
import { answerNow, answerWithout } from "../named-answer.ts";
import { type OtherMetricBodies, otherMetricWords } from "./words.ts";

export type OtherMetricClaim = ClaimIn<OtherMetricBodies>;

const claim = claimsWith<OtherMetricBodies>();

/** Claims on the log loss beside generated answers. */
export const otherMetric: CheckClaims<OtherMetricBodies> = {
  words: otherMetricWords,
  onRuns(decision) {
    const { byLogLoss } = decision;
    if (byLogLoss === undefined) return [];
    return [
      claim.evidence("other-metric", { now: answerNow(decision), byLogLoss: answerWithout(byLogLoss) }),
    ];
  },
};
