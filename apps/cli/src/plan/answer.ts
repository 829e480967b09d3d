import { defaultMetric, metrics } from "@lorank/core/results";
import type { MeasuredTime } from "@lorank/sweep";
import { defaults } from "../defaults.ts";
import type { ReadySweep } from "../sweep/ready-sweep.ts";
import { type SweepCosts, sweepCosts } from "./cost.ts";
import { assertRanks, type Design, type NoiseCase, noiseCases } from "./design.ts";
import type { Runs } from "./read-runs.ts";
import type { PlanRequest } from "./settings.ts";

/** Facts of `lorank plan`. */
export interface PlanAnswer {
  /** Undefined where nobody knows yet on how many examples the trials are evaluated. */
  readonly design: Design | undefined;
  readonly cases: readonly NoiseCase[];
  readonly runs: Runs | undefined;
  /** Absent where only numbers of outcomes are planned for. */
  readonly sweep?: PlannedSweep;
}

export interface PlannedSweep {
  readonly ready: ReadySweep;
  readonly costs: SweepCosts;
  /** The runs are of another subject than this sweep. */
  readonly warning: string | undefined;
}

/** Plans for outcomes of another trainer, of which only the numbers matter. */
export function planOfOutcomes({ settings, power }: PlanRequest, runs: Runs | undefined): PlanAnswer {
  const { metric = defaultMetric, seeds = defaults.seeds } = settings;
  const design: Design = {
    ranks: (settings.ranks ?? runs?.outcomes.ranks ?? defaults.ranks).toSorted((a, b) => a - b),
    seeds: typeof seeds === "number" ? seeds : seeds.length,
    examples: settings.examples ?? runs!.outcomes.examples,
    metric,
    margin: settings.margin ?? metrics[metric].defaultMargin,
    confidence: settings.confidence ?? defaults.confidence,
    power,
    binary: true,
  };
  assertRanks(design.ranks);
  return { design, cases: noiseCases(design, runs), runs };
}

interface SweepAnswer extends Pick<PlanAnswer, "design" | "cases" | "runs"> {
  readonly times: readonly MeasuredTime[] | undefined;
}

/** Adds what a sweep takes to what it can show. */
export async function planOfSweep(
  ready: ReadySweep,
  { design, cases, runs, times }: SweepAnswer,
): Promise<PlanAnswer> {
  const trials = runs?.trials ?? [];
  const costs = await sweepCosts(ready, trials, times);
  const first = trials[0]?.spec;
  const warning = first && ready.differenceFrom(first);
  return { design, cases, runs, sweep: { ready, costs, warning } };
}
