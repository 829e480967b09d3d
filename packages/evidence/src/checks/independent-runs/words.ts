import { atMostPercent, counted } from "../../claims/amounts.ts";
import type { ClaimIn, Words } from "../../claims/claim.ts";
import type { DependentRuns, WarmStarts } from "../../schema/check-types.ts";

/** Contents of the claims on runs that depend on each other. */
export interface IndependentRunsBodies {
  evidence: {
    /** A difference is shown, and time tells the same ranks apart. */
    "ranks-in-turn": Record<never, never>;
  };
  caution: {
    "dependent-runs": DependentRuns;
    "warm-starts": WarmStarts;
  };
}

export const independentRunsWords: Words<ClaimIn<IndependentRunsBodies>> = {
  "warm-starts": ({ runs, of }) =>
    `${runs} of ${counted(of, "run")} began with the weights of another run, by the table. They are not independent, so intervals are ` +
    "too narrow.",
  "ranks-in-turn": () =>
    "Ranks were run one after the other, so a machine that changed meanwhile would look like a difference between them.",
  "dependent-runs"({ order, shownBy, chance }) {
    const following = `Runs that follow each other ${{ time: "in time", seed: "by their seeds" }[order]}`;
    const sign = {
      outcomes: "are right on the same examples more often than others",
      scores: "have nearer scores than others",
      seeds: "are good or bad for all ranks together, nearer than others",
    }[shownBy];
    return (
      `${following} ${sign} (by chance in ${atMostPercent(chance)} of sweeps). Each may have started from the one before, or the ` +
      "machine changed: then intervals are too narrow."
    );
  },
};
