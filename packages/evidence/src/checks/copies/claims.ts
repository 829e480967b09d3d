import { type ClaimIn, claimsWith } from "../../claims/claim.ts";
import type { CheckClaims } from "../check-claims.ts";
import { type CopiesBodies, copiesWords } from "./words.ts";

export type CopiesClaim = ClaimIn<CopiesBodies>;

const claim = claimsWith<CopiesBodies>();

/** Claims on runs that are copies of others. They stand alone: the runs are not those that their labels name. */
export const copies: CheckClaims<CopiesBodies> = {
  words: copiesWords,
  alone({ copies, examples }) {
    if (copies === undefined) return undefined;
    const { setting, shownBy } = copies;
    return [
      claim.verdict("none-recommended", { why: "copies", atOwnRate: false }),
      claim.verdict("copied-runs", { ...copies, examples }),
      claim.next("check-settings", { setting, shownBy }),
    ];
  },
};
