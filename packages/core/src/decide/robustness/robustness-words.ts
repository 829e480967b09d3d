import type { Decision, MetricName, Robustness, RobustnessRate, RobustnessRun } from "../../results/types.ts";
import { range, withError } from "../words.ts";

/** The decision with what other learning rates say, in its members and in its explanation. */
export function withRobustness(decision: Decision, robustness: Robustness): Decision {
  const explanation = `${decision.explanation} ${robustnessInWords(robustness, decision.metric)}`;
  return { ...decision, robustness, explanation };
}

/** What the probe found and what to do about it. */
export function robustnessInWords(robustness: Robustness, metric: MetricName): string {
  const { smallestRank, largestRank, rates, order } = robustness;
  const words = (found: readonly RobustnessRate[]): string =>
    found.map((rate) => rateInWords(robustness, rate, metric)).join("; ");
  switch (order) {
    case "flips":
      return (
        `The learning rate decides here, not the rank: ${words(rates.filter((rate) => rate.better))}. ` +
        `The verdict holds at the sweep's rate alone: ${whatToDo(robustness)}.`
      );
    case "breaks":
      return (
        `The learning rate has a say in this: ${words(rates.filter(hasFailure))}. ` +
        `The two ranks bear different rates; ${whatToDo(robustness)}.`
      );
    case "kept": {
      const [winner, loser] = sides(robustness, rates[0]!.better!);
      return `The rate does not decide: r=${winner} is better than r=${loser} at ${ratesInWords(rates)}.`;
    }
    case "unclear": {
      const learned = rates.filter((rate) => ends(rate).every(({ status }) => status === "learned"));
      const own = rates.find(({ factor }) => factor === 1);
      if (learned.length > 0 && own !== undefined && ends(own).every(isFailure))
        return (
          `At ${ratesInWords(learned)} r=${smallestRank} and r=${largestRank} learned, at the sweep's rate they did not: ` +
          "run the sweep at such a rate, or have one searched (--learning-rate auto)."
        );
      if (rates.every((rate) => ends(rate).every(isFailure)))
        return `r=${smallestRank} and r=${largestRank} learned nothing at ${ratesInWords(rates)}.`;
      return (
        `r=${smallestRank} and r=${largestRank} were also run at ${ratesInWords(rates.filter(({ factor }) => factor !== 1))}: ` +
        `no sign that the rate decides, and no proof that it does not${noEvidence(rates)}.`
      );
    }
  }
}

function ends({ smallest, largest }: RobustnessRate): RobustnessRun[] {
  return [smallest, largest];
}

/** "at three times the rate r=64 learned nothing, where r=4 did", "at the sweep's rate r=64 is 20 ± 5 points better than r=4". */
function rateInWords(robustness: Robustness, rate: RobustnessRate, metric: MetricName): string {
  const { better, advantage, interval } = rate;
  const at = `at ${rateName(rate.factor)}`;
  const [winner, loser] = sides(robustness, better!);
  const lost = better === "largest" ? rate.smallest : rate.largest;
  if (isFailure(lost)) {
    return `${at} r=${loser} ${lost.status === "diverged" ? "diverged" : "learned nothing"}, where r=${winner} learned`;
  }
  const width = (interval![1] - interval![0]) / 2;
  return `${at} r=${winner} is ${withError(Math.abs(advantage!), width, metric)} better than r=${loser}`;
}

/** The better rank and the other one. */
function sides(
  { smallestRank, largestRank }: Robustness,
  better: "smallest" | "largest",
): [winner: number, loser: number] {
  return better === "largest" ? [largestRank, smallestRank] : [smallestRank, largestRank];
}

function hasFailure({ better, smallest, largest }: RobustnessRate): boolean {
  return better !== undefined && (isFailure(smallest) || isFailure(largest));
}

function isFailure({ status }: RobustnessRun): boolean {
  return status === "collapsed" || status === "diverged";
}

function whatToDo({ stepGrowsWithRank }: Robustness): string {
  const search = "search a rate that suits both (--learning-rate auto)";
  return stepGrowsWithRank
    ? `${search} and hold the update constant (a fixed --alpha, --scaling lora)`
    : search;
}

/** Where both ranks failed, or one has no result, nothing can be known. */
function noEvidence(rates: readonly RobustnessRate[]): string {
  const empty = rates.filter(
    ({ smallest, largest, better }) =>
      better === undefined && (smallest.status !== "learned" || largest.status !== "learned"),
  );
  if (empty.length === 0) return "";
  return ` (at ${ratesInWords(empty)} runs failed and nothing can be compared)`;
}

function ratesInWords(rates: readonly RobustnessRate[]): string {
  return range(rates.map(({ factor }) => rateName(factor)));
}

/** Rates come from divisions, so a third is only near 1 / 3. */
function rateName(factor: number): string {
  if (factor === 1) return "the sweep's rate";
  if (Math.abs(3 * factor - 1) < 1e-4) return "a third of the rate";
  if (Math.abs(factor - 3) < 1e-4) return "three times the rate";
  return `${Number(factor.toPrecision(3))} times the rate`;
}
