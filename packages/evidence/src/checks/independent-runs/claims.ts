import { counted } from "@lorank/core";
import { atMostPercent } from "../../claims/amounts.ts";
import { type ClaimIn, claimsWith } from "../../claims/claim.ts";
import type { DependentRuns, WarmStarts } from "../../schema/check-types.ts";
import type { CheckClaims } from "../check-claims.ts";

export interface IndependentRunsBodies {
  evidence: {
    /** Confounding with time: a difference is shown, and each rank's runs began before the next rank's. */
    "ranks-in-turn": Record<never, never>;
  };
  caution: {
    "dependent-runs": DependentRuns;
    "warm-starts": WarmStarts;
  };
}

export type IndependentRunsClaim = ClaimIn<IndependentRunsBodies>;

const claim = claimsWith<IndependentRunsBodies>();

export const independentRuns: CheckClaims<IndependentRunsBodies> = {
  limitSigns: ["dependent-runs", "warm-starts"],
  onRuns({ dependentRuns, warmStarts, ranksInTurn = false, pairs = [] }) {
    const areTold = pairs.some(({ interval: [low, high] }) => low > 0 || high < 0);
    return [
      ...(dependentRuns === undefined ? [] : [claim.caution("dependent-runs", dependentRuns)]),
      ...(warmStarts === undefined ? [] : [claim.caution("warm-starts", warmStarts)]),
      ...(ranksInTurn && areTold ? [claim.evidence("ranks-in-turn", {})] : []),
    ];
  },
  words: {
    "warm-starts": ({ runs, of }) =>
      `${runs} of ${counted(of, "run")} began with the weights of another run, by the table. They are not independent, so intervals are ` +
      "too narrow.",
    "ranks-in-turn": (_, { one }) =>
      `${one === "arm" ? "Arms" : "Ranks"} were run one after the other, so a machine that changed meanwhile would look like a difference between them.`,
    "dependent-runs"({ order, shownBy, chance }, { many }) {
      const following = `Runs that follow each other ${{ time: "in time", seed: "by their seeds" }[order]}`;
      const sign = {
        outcomes: "are right on the same examples more often than others",
        scores: "have nearer scores than others",
        seeds: `are good or bad for all ${many} together, nearer than others`,
      }[shownBy];
      return (
        `${following} ${sign} (by chance in ${atMostPercent(chance)} of sweeps). Each may have started from the one before, or the ` +
        "machine changed: then intervals are too narrow."
      );
    },
  },
};
