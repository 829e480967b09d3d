import {
  adviseRanks,
  type CapacityFacts,
  capacityCalibration,
  capacityRules,
  type RankAdvice,
} from "@lorank/core/decide";
import type { Task } from "@lorank/core/results";
import type { MeasuredTime } from "@lorank/sweep";
import type { ReadySweep } from "../sweep/ready-sweep.ts";

/** Advice of other people's rules about this sweep's ranks, before any training. */
export interface CapacityPlan {
  readonly facts: CapacityFacts;
  readonly advice: readonly RankAdvice[];
  readonly task: Task;
  /** Training examples that the base's bits are estimated from; undefined where they were not measured. */
  readonly examplesMeasured: number | undefined;
}

/** Undefined where the trainer's command decides about model and data. */
export function capacityPlan(
  { data, sizes }: Pick<ReadySweep, "data" | "sizes">,
  before: MeasuredTime["before"] | undefined,
): CapacityPlan | undefined {
  if (data === undefined || sizes === undefined) return undefined;
  const facts = {
    ranks: sizes.ranks.map(({ rank, loraParams }) => ({ rank, loraParams })),
    trainExamples: data.trainExamples,
    completionTokens: data.completionTokens,
    baseBits: before?.bits,
  };
  return { facts, advice: adviseRanks(facts), task: data.task, examplesMeasured: before?.examples };
}

/** `capacity` of `--json`. */
export function capacityDocument({ facts, advice, examplesMeasured }: CapacityPlan): object {
  return {
    ...facts,
    baseBits: facts.baseBits ?? null,
    examplesMeasured: examplesMeasured ?? null,
    calibrationCases: capacityCalibration.cases,
    rules: advice.map(({ rule, demand, rank }) => ({
      rule,
      ...capacityRules[rule],
      demand: demand ?? null,
      rank: rank ?? null,
      calibration: capacityCalibration.rules[rule],
    })),
  };
}
