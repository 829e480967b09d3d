import type { Robustness, RobustnessRate, RobustnessRun } from "@lorank/core/results";
import { significant } from "../format.ts";
import { orNone, type ShownMetric } from "../metric.ts";

/** `1/3 ×`, `the sweep's`, `3 ×`. Rates come from divisions, so a third is only near 1/3. */
export function factorInWords(factor: number): string {
  if (factor === 1) return "the sweep's";
  if (Math.abs(3 * factor - 1) < 1e-4) return "1/3 ×";
  return `${significant(factor)} ×`;
}

/** A run's quality, or what became of it instead. */
export function runInWords({ status, quality }: RobustnessRun, metric: ShownMetric): string {
  const score = orNone(quality, metric.value);
  switch (status) {
    case "learned":
      return score;
    case "collapsed":
      return quality === undefined ? "learned nothing" : `${score}, learned nothing`;
    case "diverged":
      return "diverged";
    case "out-of-memory":
      return "ran out of memory";
  }
}

/** Which rank is known to be better at a rate. */
export function betterInWords({ better }: RobustnessRate, { smallestRank, largestRank }: Robustness): string {
  if (better === undefined) return "not known";
  return `rank ${better === "smallest" ? smallestRank : largestRank}`;
}
