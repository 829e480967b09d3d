import type { Decision, Robustness, RobustnessRate, RobustnessRun } from "@lorank/core/results";
import { significant } from "../format.ts";
import { type Metric, orNone } from "../metric.ts";

/** What the other learning rates say of the order of the two ranks, in a sentence or two. */
export function orderInWords({ order, smallestRank, largestRank }: Robustness): string {
  const both = `ranks ${smallestRank} and ${largestRank}`;
  switch (order) {
    case "flips":
      return `Ranks ${smallestRank} and ${largestRank} change places when the learning rate changes: the rate decides, not the rank.`;
    case "breaks":
      return `At some rate one of ${both} learned nothing or diverged where the other learned: the learning rate has a say in this.`;
    case "kept":
      return `The same one of ${both} is better at every rate: the rate does not decide.`;
    case "unclear":
      return `No sign that the rate decides between ${both}, and no proof that it does not.`;
  }
}

/** What to do where the rate has a say; undefined where it has not. */
export function robustnessAdvice({ robustness }: Decision): string | undefined {
  if (robustness?.order !== "flips" && robustness?.order !== "breaks") return undefined;
  const fixed = robustness.stepGrowsWithRank
    ? " and hold the size of the update constant (a fixed --alpha, --scaling lora)"
    : "";
  return `Search the learning rate for these ranks (--learning-rate auto)${fixed}, then compare them again.`;
}

/** `1/3 ×`, `the sweep's`, `3 ×`. Rates come from divisions, so a third is only near 1/3. */
export function factorInWords(factor: number): string {
  if (factor === 1) return "the sweep's";
  if (Math.abs(3 * factor - 1) < 1e-4) return "1/3 ×";
  return `${significant(factor)} ×`;
}

/** A run's quality, or what became of it instead. */
export function runInWords({ status, quality }: RobustnessRun, metric: Metric): string {
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
