import { vllmRankNote } from "@lorank/checkpoint";
import { kindOf } from "@lorank/core";
import { comparedIn, metricOf, type TrialResult } from "@lorank/evidence/results";
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

/** Plan of a sweep; for any trainer's outcomes, of the comparison alone. Unknown members are null. */
export interface AnsweredPlan extends Partial<SweepPlanDocument> {
  /** Design; null while the number of evaluation examples is unknown. */
  readonly design: Design | null;
  /** Earlier runs from which noise and times are taken; the warning says if model, data or trainer differ. */
  readonly results: { readonly path: string; readonly warning: string | null } | null;
  readonly noise: readonly NoiseCase[];
}

interface SweepPlanDocument {
  readonly costs: SweepCosts;
  readonly sweep: SweepPreview;
  /** Note on ranks without vLLM slots; absent if another trainer reads the data. */
  readonly vllmRanks?: string | null;
  /** Published sweeps of about the same size; empty if another trainer reads the data. */
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
  assertRanks(design);
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
  const { isNamed } = comparedIn(ready.plan.summary);
  return {
    costs,
    sweep: ready.document,
    vllmRanks: isNamed ? null : (vllmNote(known) ?? null),
    published: isNamed
      ? []
      : nearestSweeps({ kind: task.kind, params: known.sizes.baseParams, trainExamples }),
  };
}

/** Note on ranks without vLLM slots; undefined for adapters refused by vLLM: classifiers' and DoRA's. */
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
