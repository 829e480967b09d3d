import { InputError } from "@lorank/core";
import { metricOf } from "../schema/metric.ts";
import { jointUpperTail, normalQuantile } from "../statistics/normal.ts";
import type { ComparedSide, Comparison, Difference, RankDifference } from "./comparison-types.ts";
import { jointOutcomes } from "./joint-outcomes.ts";
import type { CompareSettings, JointDifference, JointRuns, Side } from "./joint-runs.ts";
import { jointScores } from "./joint-scores.ts";

/**
 * Correlation between the leads of equal ranks over a single one, whose mean varies a third as much as theirs. With equal
 * noise it is 1/2, and errors are rarer (Slepian, 1962).
 */
const leadCorrelation = 0.1;

/**
 * Tail probability on each side of the interval between two chosen ranks.
 *
 * The best means of `first` and of `second` ranks were chosen. A chosen mean that is called better also leads the truly
 * best rank of the other side by as much. Errors are likeliest where `most` equal ranks stand against a single one: the
 * luckier the other side's best, the smaller the lead. Some of these leads the single rank (Dunnett, 1955), or is led by
 * it, with all others. The latter is bounded by two of them.
 *
 * Simulated: packages/evidence/bench/compare-results.md.
 */
export function chosenTail(error: number, first: number, second: number): number {
  const most = Math.max(first, second);
  if (most === 1) return error / 2;
  const errorAt = (tail: number): number => {
    const limit = -normalQuantile(tail);
    const someOf = (ranks: number): number =>
      jointUpperTail(
        Array.from({ length: ranks }, () => limit),
        leadCorrelation,
      );
    const bothOfTwo = 2 * tail - someOf(2);
    return someOf(most) + bothOfTwo;
  };
  let [low, high] = [error / (2 * most), error / 2];
  while (high - low > 1e-6 * error) {
    const tail = (low + high) / 2;
    if (errorAt(tail) < error) low = tail;
    else high = tail;
  }
  return low;
}

/**
 * Compares two results at a rank each, paired by seed and example where both are shared. The noise between runs is
 * moderated by all ranks of both results.
 *
 * @throws InputError `E_COMPARE` for a rank without enough runs.
 */
export function compareSides(first: Side, second: Side, settings: CompareSettings): Comparison {
  const { metric, margin, confidence } = settings;
  const tail = chosenTail(1 - confidence, first.chosenFrom, second.chosenFrom);
  const joint = jointRuns(first, second, settings);
  const [a, b] = [joint.numberOf(0, first.rank), joint.numberOf(1, second.rank)];
  const sideOf = (side: Side, number: number): ComparedSide => {
    const { name, rank, chosenFrom } = side;
    return { name, rank, chosenFrom, ...joint.scoreOf(number) };
  };
  return {
    ...differenceOf(joint.comparison(tail)(a, b), settings),
    ...{ metric, margin, confidence },
    first: sideOf(first, a),
    second: sideOf(second, b),
    ...joint.pairing(a, b),
    ...(joint.areCopies(a, b) ? { copies: true } : {}),
  };
}

/** Compares each rank that both results have, without copies, at a confidence that holds for all of them at once. */
export function compareEach(first: Side, second: Side, settings: CompareSettings): RankDifference[] {
  const joint = jointRuns(first, second, settings);
  const ranks = joint.sharedRanks();
  const differenceBetween = joint.comparison((1 - settings.confidence) / (2 * Math.max(1, ranks.length)));
  return ranks.flatMap((rank) => {
    const pair = [joint.numberOf(0, rank), joint.numberOf(1, rank)] as const;
    return joint.areCopies(...pair) ? [] : [{ rank, ...differenceOf(differenceBetween(...pair), settings) }];
  });
}

function jointRuns(first: Side, second: Side, settings: CompareSettings): JointRuns {
  const [a, b] = [first.runs, second.runs];
  const isByExample = settings.sharesExamples && a.kind === "outcomes" && b.kind === "outcomes";
  if (!isByExample) return jointScores([first, second], settings);
  if (a.examples === b.examples) return jointOutcomes([first, second], settings);
  const got = `${a.examples} of ${first.name} and ${b.examples} of ${second.name}`;
  throw new InputError("E_COMPARE", `examples must be as many in both results, got ${got}`);
}

function differenceOf(
  { advantage, halfWidth, isClaimed }: JointDifference,
  { metric, margin }: Pick<CompareSettings, "metric" | "margin">,
): Difference {
  // No difference is larger than the metric's range.
  const [least, most] = metricOf(metric).range;
  const limit = most - least;
  const interval = [Math.max(-limit, advantage - halfWidth), Math.min(limit, advantage + halfWidth)] as const;
  const better = advantage > 0 ? "first-better" : "second-better";
  const isWithin = Math.abs(advantage) + halfWidth <= margin;
  const apart = Math.abs(advantage) > halfWidth ? better : isWithin ? "alike" : "open";
  return { result: isClaimed ? apart : "open", advantage, interval };
}
