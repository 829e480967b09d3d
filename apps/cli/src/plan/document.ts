import type { PlanAnswer } from "./answer.ts";
import { type SweepCosts, secondsLeft } from "./cost.ts";
import type { NoiseCase } from "./design.ts";
import { vllmNote } from "./print-costs.ts";

/** The document of `--json`. What cannot be is null. */
export function planDocument({ design, cases, runs, sweep }: PlanAnswer): object {
  return {
    design: design ?? null,
    results: runs === undefined ? null : { path: runs.path, warning: sweep?.warning ?? null },
    noise: cases.map(noiseDocument),
    ...(sweep === undefined ? {} : sweepDocument(sweep)),
  };
}

function sweepDocument({ ready, costs }: NonNullable<PlanAnswer["sweep"]>): object {
  return {
    costs: costsDocument(costs, ready.disk),
    sweep: ready.document,
    ...(ready.data === undefined ? {} : { vllmRanks: vllmNote(ready) ?? null }),
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

function costsDocument(costs: SweepCosts, disk: object | undefined): object {
  const { trials, expectedTrials, done, ranks, timeSource, time, atOnce, peakBytes } = costs;
  return {
    trials,
    expectedTrials,
    done,
    trialsAtOnce: atOnce,
    timeSource: timeSource ?? null,
    secondsLeft: time === undefined ? null : secondsLeft(time),
    secondsByPart: time ?? null,
    peakBytes: peakBytes ?? null,
    diskBytes: disk ?? null,
    ranks: ranks.map(({ rank, seconds, memory }) => ({
      rank,
      trialSeconds: seconds ?? null,
      ...(memory === undefined ? {} : { peakBytes: memory.allocatedBytes, peakPhase: memory.peakPhase }),
    })),
  };
}
