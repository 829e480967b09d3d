import { planDocument } from "../sweep/announce.ts";
import type { PreparedSweep } from "../sweep/prepare.ts";
import type { SweepCosts } from "./cost.ts";
import type { AskedDesign, NoiseCase } from "./design.ts";
import type { Runs } from "./read-runs.ts";

export interface Answer {
  readonly design: AskedDesign;
  readonly cases: readonly NoiseCase[];
  readonly runs: Runs | undefined;
  /** Absent for outcomes of another trainer. */
  readonly prepared?: PreparedSweep;
  readonly costs?: SweepCosts;
  readonly warning?: string | undefined;
}

/** The document of `--json`. What cannot be is null. */
export function previewDocument({ design, cases, runs, prepared, costs, warning }: Answer): object {
  return {
    design,
    results: runs === undefined ? null : { path: runs.path, warning: warning ?? null },
    noise: cases.map(noiseDocument),
    ...(costs === undefined ? {} : { costs: costsDocument(costs) }),
    ...(prepared === undefined ? {} : { sweep: planDocument(prepared) }),
  };
}

function noiseDocument({ source, disagreement, noise, preview }: NoiseCase): object {
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
      oneSeedExamples: oneSeedExamples ?? null,
    },
  };
}

const ranksOf = (noise: object): unknown => ("ranks" in noise ? noise.ranks : []);

function costsDocument(costs: SweepCosts): object {
  const { trials, expectedTrials, done, ranks, timeSource, secondsLeft, atOnce, peakBytes, disk } = costs;
  return {
    trials,
    expectedTrials,
    done,
    trialsAtOnce: atOnce,
    timeSource: timeSource ?? null,
    secondsLeft: secondsLeft ?? null,
    peakBytes: peakBytes ?? null,
    diskBytes: disk,
    ranks: ranks.map(({ rank, seconds, memory }) => ({
      rank,
      trialSeconds: seconds ?? null,
      peakBytes: memory.allocatedBytes,
      peakPhase: memory.peakPhase,
    })),
  };
}
