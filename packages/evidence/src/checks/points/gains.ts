import { advantages, metricMatrix } from "../../decide/compare.ts";
import { fitCrossed, type ScoreMatrix } from "../../decide/interval/components.ts";
import { type ExampleSample, sampleOf } from "../../decide/interval/example-sample.ts";
import { halfWidth, tailFactors } from "../../decide/interval/half-width.ts";
import type { OutcomeCell } from "../../decide/outcomes.ts";
import type { PairedDesign } from "../../decide/paired-design.ts";
import type { Metric } from "../../schema/metric.ts";
import { largestIn } from "../../schema/scores.ts";
import type { Interval } from "../../schema/types.ts";
import { mean } from "../../statistics/averages.ts";

export interface Gain {
  readonly gain: number;
  readonly gainInterval?: Interval;
}

export interface Gains {
  readonly byRank: readonly Gain[];
  /** Gain of the ranks' mean. */
  readonly all: Gain;
}

/** Gains of the last step over itself. */
export function noGains(ranks: readonly number[]): Gains {
  return { byRank: ranks.map(() => ({ gain: 0 })), all: { gain: 0 } };
}

export interface ChosenRuns {
  readonly chosen: PairedDesign;
  readonly last: PairedDesign;
  /** Runs after the steps that the other seeds choose; needs two seeds. */
  readonly byOthers: () => PairedDesign;
}

/**
 * Gains of the chosen step over the last. An interval covers two of Student's: that of these runs, and that of runs
 * after the step that other seeds choose. A step may be the luck of the runs that chose it.
 */
export function gainsOf({ chosen, last, byOthers }: ChosenRuns, by: Metric, confidence: number): Gains {
  const [first] = last.cells[0]! as readonly [OutcomeCell];
  const seeds = Math.min(...last.cells.map(({ length }) => length));
  const fits = (design: PairedDesign): { readonly byRank: readonly Gain[]; readonly all: Gain } => {
    const sample = sampleOf(first, by);
    const rows = design.ranks.map((_, rank) => gainRows(design, last, rank, by));
    const ofAll = Array.from({ length: seeds }, (_, seed) =>
      Float64Array.from(rows[0]![seed]!, (_, e) => mean(rows.map((own) => own[seed]![e]!))),
    );
    const gain = (matrix: ScoreMatrix): Gain => gainOf(matrix, sample, largestIn(first, by), confidence);
    return { byRank: rows.map(gain), all: gain(ofAll) };
  };
  const own = fits(chosen);
  if (seeds < 2) return own;
  const others = fits(byOthers());
  return {
    byRank: own.byRank.map((gain, rank) => covering(gain, others.byRank[rank]!)),
    all: covering(own.all, others.all),
  };
}

/** Gain whose interval covers another's. */
function covering(gain: Gain, other: Gain): Gain {
  const [a, b] = [gain.gainInterval!, other.gainInterval!];
  return { ...gain, gainInterval: [Math.min(a[0], b[0]), Math.max(a[1], b[1])] };
}

/** Advantages of a rank's runs over themselves at the end, `[seeds, examples]`. */
function gainRows(design: PairedDesign, last: PairedDesign, rank: number, by: Metric): ScoreMatrix {
  return advantages(metricMatrix(design, rank, by.name), metricMatrix(last, rank, by.name), by.name);
}

/** Mean of paired differences, `[seeds, examples]`, with Student's interval over seeds and examples. */
function gainOf(matrix: ScoreMatrix, sample: ExampleSample, limit: number, confidence: number): Gain {
  const fit = fitCrossed(matrix, sample);
  if (matrix.length < 2) return { gain: fit.mean };
  const width = halfWidth(fit, tailFactors(sample, (1 - confidence) / 2), limit);
  return { gain: fit.mean, gainInterval: [fit.mean - width, fit.mean + width] };
}
