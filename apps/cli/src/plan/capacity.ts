import {
  adviseRanks,
  type CapacityFacts,
  capacityCalibration,
  capacityRules,
  type RankAdvice,
} from "@lorank/core/decide";
import type { MeasuredTime } from "@lorank/sweep";
import type { PreparedSweep } from "../sweep/prepare.ts";

/** What rules of others say of this sweep's ranks before any training. */
export interface CapacityPlan {
  readonly facts: CapacityFacts;
  readonly advice: readonly RankAdvice[];
  /** Training examples that the base's bits are estimated from; undefined where they were not measured. */
  readonly examplesMeasured: number | undefined;
}

export function capacityPlan(
  { plan, costs, completionTokens }: Pick<PreparedSweep, "plan" | "costs" | "completionTokens">,
  before: MeasuredTime["before"] | undefined,
): CapacityPlan {
  const facts = {
    ranks: costs.map(({ rank, loraParams }) => ({ rank, loraParams })),
    trainExamples: plan.data.trainExamples,
    completionTokens,
    baseBits: before?.bits,
  };
  return { facts, advice: adviseRanks(facts), examplesMeasured: before?.examples };
}

/** `--json` */
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
