import { metricOf } from "../schema/metric.ts";
import { lastDigit, mean } from "../statistics/averages.ts";
import { type ClaimFamily, claimTails } from "./claim-tails.ts";
import { type CollapsedCell, collapsedRuns } from "./collapsed-runs.ts";
import {
  claimFactors,
  forAllPairs,
  type PairComparison,
  type PairwiseComparison,
  pairWidths,
} from "./compare.ts";
import type { CrossedFit } from "./interval/components.ts";
import { independentSample } from "./interval/example-sample.ts";
import { couplesOf } from "./interval/half-width.ts";
import { isGrid, pairNoises, type ScoreDesign } from "./score-design.ts";
import type { DecideSettings } from "./settings.ts";

/** Example count large enough to be infinite for quantiles. */
const manyExamples = 1_000_000;

/** Example noise in a difference: standard error (0 if not counted) and example count. */
interface ExampleNoise {
  readonly error: number;
  readonly examples: number | undefined;
  /** Share of the allowed error left after the choice of learning rates. */
  readonly share: number;
  /** Default: the design's ranks. */
  readonly family?: ClaimFamily;
}

export function compareScores(
  design: ScoreDesign,
  { metric, margin, confidence }: Omit<DecideSettings, "power" | "secondary">,
  { error, examples = manyExamples, share, family = { ranks: design.ranks.length } }: ExampleNoise,
): PairwiseComparison {
  const { ranks, cells } = design;
  const { sign } = metricOf(metric);
  const collapsed = collapsedIn(design, { metric, margin });
  const tails = claimTails(confidence, { ...family, spend: (tail) => tail * share, once: true });
  const noises = pairNoises(design, {
    // Rounding variance for two numbers, each uniform within half a digit.
    least: lastDigit(cells.flat().map(({ score }) => score)) ** 2 / 6,
    noisy: collapsed.map(({ rank }) => rank),
  });
  const means = cells.map((runs) => mean(runs.map(({ score }) => score)));
  const sample = independentSample(examples);
  const pairs = couplesOf(ranks.length).map(([i, j], index): PairComparison => {
    const { runs, own, moderated, df } = noises[index]!;
    const fit: CrossedFit = {
      mean: sign * (means[i]! - means[j]!),
      seeds: runs,
      examples,
      groupSize: 1,
      components: { seed: runs > 1 ? own : null, example: error ** 2 * examples, residual: 0 },
      seedSquare: runs > 1 ? moderated * examples : 0,
      seedDf: df,
      differing: examples,
    };
    const factors = claimFactors(forAllPairs(tails, ranks.length, df), runs, sample);
    const widths = pairWidths(fit, { unit: 0, factors, isSmallest: i === 0 })(fit.seedSquare);
    const supported = runs > 1 && Math.abs(fit.mean) > widths.halfWidth;
    return { first: ranks[i]!, second: ranks[j]!, fit, unit: 0, ...widths, supported };
  });
  return { pairs, tails, sample, collapsed };
}

/** Finds collapsed runs. Seeds have a common effect only if all ranks share them. */
export function collapsedIn(
  design: ScoreDesign,
  { metric, margin }: Pick<DecideSettings, "metric" | "margin">,
): CollapsedCell[] {
  const by = metricOf(metric);
  const leastMargin = Number.isNaN(by.defaultMargin) ? margin : by.defaultMargin;
  return collapsedRuns(scoresOf(design), by, leastMargin, isGrid(design) ? "shared" : "apart");
}

/** Run scores, `[ranks][runs]`. */
export function scoresOf({ cells }: Pick<ScoreDesign, "cells">): number[][] {
  return cells.map((runs) => runs.map(({ score }) => score));
}
