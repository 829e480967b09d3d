import { planDocument } from "../sweep/announce.ts";
import type { PreparedSweep } from "../sweep/prepare.ts";
import { type CapacityPlan, capacityDocument } from "./capacity.ts";
import type { SweepCosts } from "./cost.ts";
import type { AskedDesign, NoiseCase } from "./design.ts";
import { vllmNote } from "./print-costs.ts";
import type { Runs } from "./read-runs.ts";
import { secondsLeft } from "./time.ts";

export interface Answer {
  readonly design: AskedDesign;
  readonly cases: readonly NoiseCase[];
  readonly runs: Runs | undefined;
  /** Absent for outcomes of another trainer. */
  readonly prepared?: PreparedSweep;
  readonly costs?: SweepCosts;
  readonly capacity?: CapacityPlan;
  readonly warning?: string | undefined;
}

/** The document of `--json`. What cannot be is null. */
export function previewDocument(answer: Answer): object {
  const { design, cases, runs, prepared, costs, capacity, warning } = answer;
  return {
    design,
    results: runs === undefined ? null : { path: runs.path, warning: warning ?? null },
    noise: cases.map(noiseDocument),
    ...(costs === undefined ? {} : { costs: costsDocument(costs) }),
    ...(capacity === undefined ? {} : { capacity: capacityDocument(capacity) }),
    ...(prepared === undefined
      ? {}
      : { sweep: planDocument(prepared), vllmRanks: vllmNote(prepared) ?? null }),
  };
}

function noiseDocument({ source, disagreement, noise, preview, within }: NoiseCase): object {
  const { seeds, examples, design, oneSeedExamples } = preview.needs;
  return {
    source,
    disagreement: disagreement ?? null,
    variance: noise.components,
    differing: noise.differing,
    ...("seeds" in noise ? { observedSeeds: noise.seeds, observedRanks: ranksOf(noise) } : {}),
    bySeeds: preview.rows.map(({ difference, ...row }) => ({ ...row, detectableDifference: difference })),
    needed: {
      seedsWithTheseExamples: seeds ?? null,
      examplesWithTheseSeeds: examples ?? null,
      fewestOutcomes: design ?? null,
      fewestOutcomesOfThisData: within.design ?? null,
      oneSeedExamples: oneSeedExamples ?? null,
    },
  };
}

const ranksOf = (noise: object): unknown => ("ranks" in noise ? noise.ranks : []);

function costsDocument(costs: SweepCosts): object {
  const { trials, expectedTrials, done, ranks, timeSource, time, atOnce, peakBytes, disk } = costs;
  return {
    trials,
    expectedTrials,
    done,
    trialsAtOnce: atOnce,
    timeSource: timeSource ?? null,
    secondsLeft: time === undefined ? null : secondsLeft(time),
    secondsByPart: time ?? null,
    peakBytes,
    diskBytes: disk,
    ranks: ranks.map(({ rank, seconds, memory }) => ({
      rank,
      trialSeconds: seconds ?? null,
      peakBytes: memory.allocatedBytes,
      peakPhase: memory.peakPhase,
    })),
  };
}
