import type { Decision, RobustnessScaling } from "../../results/types.ts";
import { type OneSeedDifference, oneSeedDifference } from "./one-seed-difference.ts";
import { betterOf, runOf } from "./probed-run.ts";
import { type ProbedScaling, type ProbedTrial, scalingIn } from "./robustness-runs.ts";

/**
 * Compares the largest rank under rsLoRA's scaling with itself under the sweep's, and with the smallest rank, under one
 * seed. Nothing measures the noise between seeds of the first difference: as at other learning rates, it is taken from
 * the sweep's difference between the two ranks.
 */
export function compareScalings(
  { rslora, smallest, largest }: ProbedScaling,
  decision: Decision,
  majorityShare: number | undefined,
): RobustnessScaling {
  // Two sides of two intervals.
  const tail = (1 - decision.confidence) / 4;
  const differenceTo = (other: ProbedTrial): OneSeedDifference | undefined =>
    rslora.evaluation && other.evaluation ? oneSeedDifference(other, rslora, decision, tail) : undefined;
  const overLargest = differenceTo(atRank(largest, smallest.spec.lora.rank));
  const overSmallest = differenceTo(smallest);
  const [own, small, scaled] = [largest, smallest, rslora].map((trial) =>
    runOf(trial, decision.metric, majorityShare),
  ) as [Run, Run, Run];
  const gained = betterOf(own, scaled, overLargest);
  const better = betterOf(small, scaled, overSmallest);
  return {
    alpha: rslora.spec.lora.alpha!,
    ratio: scalingIn(rslora)! / scalingIn(largest)!,
    rslora: scaled,
    smallest: small,
    largest: own,
    ...(overLargest ? { gain: overLargest.advantage } : {}),
    ...(overLargest?.coversSeeds ? { gainInterval: overLargest.interval } : {}),
    ...(gained ? { change: gained === "largest" ? "gains" : "loses" } : {}),
    ...(overSmallest ? { advantage: overSmallest.advantage } : {}),
    ...(overSmallest?.coversSeeds ? { interval: overSmallest.interval } : {}),
    ...(better ? { better } : {}),
  };
}

type Run = RobustnessScaling["rslora"];

/** A trial in the place of another rank: a difference is one between two ranks, and so is the noise that it is given. */
function atRank(trial: ProbedTrial, rank: number): ProbedTrial {
  const { spec } = trial;
  if ("trainer" in spec) return { ...trial, spec: { ...spec, lora: { ...spec.lora, rank } } };
  return { ...trial, spec: { ...spec, lora: { ...spec.lora, rank } } };
}
