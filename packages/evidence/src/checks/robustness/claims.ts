import { type ClaimIn, claimsWith, type SharedClaim } from "../../claims/claim.ts";
import type { RobustnessRate, RobustnessRun, RobustnessScaling } from "../../schema/check-types.ts";
import type { Decided } from "../../schema/decision-types.ts";
import type { CheckClaims, Reserved } from "../check-claims.ts";
import { isFailure, type RobustnessBodies, robustnessWords, sides } from "./words.ts";

const claim = claimsWith<RobustnessBodies>();

export type RobustnessClaim = ClaimIn<RobustnessBodies>;

export const robustness: CheckClaims<RobustnessBodies> = {
  words: robustnessWords,
  // Reservation if the better rank flips with the learning rate.
  reservation: (decision) => (decision.robustness?.order === "flips" ? rateClaims(decision) : []),
  onSettings: (decision) => [
    ...(decision.robustness?.order === "flips" ? [] : rateClaims(decision)),
    ...scalingClaims(decision),
  ],
};

function rateClaims({ robustness, metric }: Reserved): (SharedClaim | RobustnessClaim)[] {
  if (robustness === undefined) return [];
  const { order, rates, smallestRank, largestRank, stepGrowsWithRank } = robustness;
  const search = claim.next("search-rate", { holdUpdate: stepGrowsWithRank });
  switch (order) {
    case "flips": {
      const known = rates.filter(({ better }) => better !== undefined);
      return [
        claim.verdict("rate-decides", { ranks: [smallestRank, largestRank] }),
        claim.verdict("rate-flips", { robustness, rates: known, metric }),
        search,
      ];
    }
    case "breaks":
      return [claim.caution("rate-breaks", { robustness, rates: rates.filter(hasFailure), metric }), search];
    case "kept": {
      const [winner, loser] = sides(robustness, rates[0]?.better ?? "smallest");
      return [claim.evidence("rate-kept", { winner, loser, factors: factorsOf(rates) })];
    }
    case "unclear": {
      const ranks = [smallestRank, largestRank] as const;
      const learned = rates.filter((rate) => endsOf(rate).every(({ status }) => status === "learned"));
      const own = rates.find(({ factor }) => factor === 1);
      if (learned.length > 0 && own !== undefined && endsOf(own).every(isFailure))
        return [claim.caution("learned-at-other-rates", { ranks, factors: factorsOf(learned) }), search];
      if (rates.every((rate) => endsOf(rate).every(isFailure)))
        return [claim.caution("learned-at-no-rate", { ranks, factors: factorsOf(rates) })];
      const factors = factorsOf(rates).filter((factor) => factor !== 1);
      return [claim.evidence("rate-unclear", { ranks, factors, failed: factorsOf(rates.filter(isEmpty)) })];
    }
  }
}

function scalingClaims({ robustness, metric }: Decided): (SharedClaim | RobustnessClaim)[] {
  if (robustness?.scaling === undefined) return [];
  const { smallestRank, largestRank, scaling } = robustness;
  const body = { metric, ranks: [smallestRank, largestRank], scaling } as const;
  if (scaling.change === "gains")
    return [claim.caution("scaling-changes", body), claim.next("compare-rslora", { alpha: scaling.alpha })];
  return [claim.evidence(isSettled(scaling) ? "scaling-kept" : "scaling-unclear", body)];
}

function isSettled({ change, gainInterval, rslora, largest }: RobustnessScaling): boolean {
  if (change === "loses") return true;
  return gainInterval !== undefined && rslora.status === "learned" && largest.status === "learned";
}

function factorsOf(rates: readonly RobustnessRate[]): number[] {
  return rates.map(({ factor }) => factor);
}

function endsOf({ smallest, largest }: RobustnessRate): RobustnessRun[] {
  return [smallest, largest];
}

function hasFailure({ better, smallest, largest }: RobustnessRate): boolean {
  return better !== undefined && (isFailure(smallest) || isFailure(largest));
}

/** Tells whether a rate shows nothing: both ranks failed, or either has no result. */
function isEmpty({ smallest, largest, better }: RobustnessRate): boolean {
  return better === undefined && (smallest.status !== "learned" || largest.status !== "learned");
}
