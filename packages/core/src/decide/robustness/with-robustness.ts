import type { Decision, Robustness } from "../../results/types.ts";
import { explained } from "../../results/words/in-words.ts";

/** The decision with what other learning rates say, in its members and in its explanation. */
export function withRobustness(decision: Decision, robustness: Robustness): Decision {
  return explained({ ...decision, robustness });
}
