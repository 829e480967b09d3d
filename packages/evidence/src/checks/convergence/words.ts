import { capital, plural, rankList } from "../../claims/amounts.ts";
import type { ClaimIn, Words } from "../../claims/claim.ts";

/** Contents of the claims on training that had not converged. */
export interface ConvergenceBodies {
  caution: {
    /** Ranks whose runs are mostly no better than the most frequent class. */
    stuck: { ranks: readonly number[]; rose: boolean };
    "still-falling": { ranks: readonly number[] };
    "behind-prior": { ranks: readonly number[] };
  };
}

export const convergenceWords: Words<ClaimIn<ConvergenceBodies>> = {
  stuck({ ranks, rose }) {
    const start = `${capital(rankList(ranks))} had learned next to nothing when the training ended`;
    if (!rose) return `${start}.`;
    const [their, them] = ranks.length > 1 ? ["their", "them"] : ["its", "it"];
    return `${start}: ${their} training loss rose far above where it began, so the learning rate is too high for ${them}.`;
  },
  "still-falling": ({ ranks }) => `The training loss of ${rankList(ranks)} was still falling at the end.`,
  "behind-prior": ({ ranks }) =>
    `${capital(rankList(ranks))} ${plural(ranks, "is", "are")} not shown to be better than the class prior: such runs may ` +
    "have learned nothing.",
};
