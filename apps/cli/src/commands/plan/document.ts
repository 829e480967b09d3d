import { vllmRankNote } from "@lorank/checkpoint";
import { kindOf } from "@lorank/core";
import { metricOf, type TrialResult } from "@lorank/evidence/results";
import type { MeasuredTime } from "@lorank/sweep";
import { defaults } from "../../defaults.ts";
import { outcomeMetricOf } from "../../settings/trial-metric.ts";
import type { KnownCosts, ReadySweep, SweepPreview } from "../../sweep/ready-sweep.ts";
import { type SweepCosts, sweepCosts } from "./cost.ts";
import {
  assertRanks,
  type Design,
  type NoiseCase,
  noiseCases,
  type PlanRequest,
  type Runs,
} from "./design.ts";
import { nearestSweeps, type PublishedSweep } from "./published.ts";

/** The plan of a sweep, or of outcomes alone. Members without a value are null. */
export interface AnsweredPlan extends Partial<SweepPlanDocument> {
  /** Null where nobody knows yet on how many examples the trials are evaluated. */
  readonly design: Design | null;
  /** The runs that noise and times are from; the warning tells that they are of another subject than this sweep. */
  readonly results: { readonly path: string; readonly warning: string | null } | null;
  readonly noise: readonly NoiseCase[];
}

interface SweepPlanDocument {
  readonly costs: SweepCosts;
  readonly sweep: SweepPreview;
  /** Absent where a trainer's command has the data. */
  readonly vllmRanks?: string | null;
  /** Sweeps of others with about its sizes; empty where the trainer's command has the data. */
  readonly published: readonly PublishedSweep[];
}

export function planOfOutcomes({ settings, power }: PlanRequest, runs: Runs | undefined): AnsweredPlan {
  const { seeds = runs?.outcomes.seeds ?? defaults.seeds } = settings;
  const { name: metric, defaultMargin } = metricOf(outcomeMetricOf(settings));
  const design: Design = {
    ranks: (settings.ranks ?? runs?.outcomes.ranks ?? defaults.ranks).toSorted((a, b) => a - b),
    seeds: typeof seeds === "number" ? seeds : seeds.length,
    examples: settings.examples ?? runs!.outcomes.examples,
    metric,
    margin: settings.margin ?? defaultMargin,
    confidence: settings.confidence ?? defaults.confidence,
    power,
    binary: true,
  };
  assertRanks(design.ranks);
  return planOfDesign(design, runs);
}

export function planOfDesign(
  design: Design | undefined,
  runs: Runs | undefined,
  ready?: ReadySweep,
): AnsweredPlan {
  const first = runs?.trials?.[0]?.spec;
  return {
    design: design ?? null,
    results:
      runs === undefined
        ? null
        : { path: runs.path, warning: (first && ready?.differenceFrom(first)) ?? null },
    noise: design === undefined ? [] : noiseCases(design, runs),
  };
}

export async function planOfSweep(
  ready: ReadySweep,
  trials: readonly TrialResult[] = [],
  times?: readonly MeasuredTime[],
): Promise<SweepPlanDocument> {
  const { costs: known } = ready;
  const costs = await sweepCosts(ready, trials, times);
  if (known === undefined) return { costs, sweep: ready.document, published: [] };
  const { task, trainExamples } = known.data;
  return {
    costs,
    sweep: ready.document,
    vllmRanks: vllmNote(known) ?? null,
    published: nearestSweeps({ kind: task.kind, params: known.sizes.baseParams, trainExamples }),
  };
}

/** Note on ranks without vLLM slots; none for adapters that vLLM refuses: classifiers' and DoRA's. */
export function vllmNote({ data, sizes: { ranks } }: Pick<KnownCosts, "data" | "sizes">): string | undefined {
  const largest = ranks.at(-1);
  if (largest === undefined || largest.rank === 0) return undefined;
  if (data.task.kind === "classification" || kindOf(data.adapter).problems.vLLM !== undefined)
    return undefined;
  return vllmRankNote({
    ranks: ranks.map(({ rank }) => rank),
    sizePerRank: largest.loraParams / largest.rank,
  });
}
