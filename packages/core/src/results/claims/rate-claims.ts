import type { RobustnessRate, RobustnessRun } from "../robustness-types.ts";
import type { Claim } from "./claim.ts";
import { claim } from "./make-claim.ts";
import type { Decided } from "./pairs.ts";

/** What other learning rates say of the order of the smallest and the largest rank; nothing where they were not tried. */
export function rateClaims({ robustness, metric }: Decided): Claim[] {
  if (robustness === undefined) return [];
  const { order, rates, smallestRank, largestRank, stepGrowsWithRank } = robustness;
  const search = claim("search-rate", { holdUpdate: stepGrowsWithRank });
  switch (order) {
    case "flips": {
      const known = rates.filter(({ better }) => better !== undefined);
      return [
        claim("rate-decides", { ranks: [smallestRank, largestRank] }),
        claim("rate-flips", { robustness, rates: known, metric }),
        search,
      ];
    }
    case "breaks":
      return [claim("rate-breaks", { robustness, rates: rates.filter(hasFailure), metric }), search];
    case "kept": {
      const isLargest = rates[0]?.better === "largest";
      const [winner, loser] = isLargest ? [largestRank, smallestRank] : [smallestRank, largestRank];
      return [claim("rate-kept", { winner, loser, factors: factorsOf(rates) })];
    }
    case "unclear": {
      const ranks = [smallestRank, largestRank] as const;
      const learned = rates.filter((rate) => endsOf(rate).every(({ status }) => status === "learned"));
      const own = rates.find(({ factor }) => factor === 1);
      if (learned.length > 0 && own !== undefined && endsOf(own).every(isFailure))
        return [claim("learned-at-other-rates", { ranks, factors: factorsOf(learned) }), search];
      if (rates.every((rate) => endsOf(rate).every(isFailure)))
        return [claim("learned-at-no-rate", { ranks, factors: factorsOf(rates) })];
      const factors = factorsOf(rates).filter((factor) => factor !== 1);
      return [claim("rate-unclear", { ranks, factors, failed: factorsOf(rates.filter(isEmpty)) })];
    }
  }
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

/** Both ranks failed, or one has no result: nothing can be known. */
function isEmpty({ smallest, largest, better }: RobustnessRate): boolean {
  return better === undefined && (smallest.status !== "learned" || largest.status !== "learned");
}

/** A run that a wrong rate can explain. */
export function isFailure({ status }: RobustnessRun): boolean {
  return status === "collapsed" || status === "diverged";
}
