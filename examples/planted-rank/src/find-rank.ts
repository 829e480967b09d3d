import type { Decision } from "@lorank/evidence/results";
import { planSweep, runPlan, type SweepConfig } from "@lorank/sweep";
import { type PlantedSweepOptions, plantedSweep } from "./planted-sweep.ts";

export interface FindRankOptions extends PlantedSweepOptions {
  /** (default: the grid) */
  readonly method?: NonNullable<SweepConfig["method"]>;
}

export interface FoundRank {
  readonly decision: Decision;
  /** Mean log loss of the teacher itself on the validation targets: no student can expect less. */
  readonly teacherLogLoss: number;
}

/** Plants a rank-k change, sweeps over ranks, and returns what the data say. */
export async function findRank({ method, ...options }: FindRankOptions): Promise<FoundRank> {
  const { config, files, out, run, task } = await plantedSweep(options);
  const plan = planSweep(method ? { ...config, method } : config);
  const { results } = await runPlan({ plan, ...files }, { out }, run);
  if (!results) throw new Error("the sweep did not finish");
  return { decision: results.decision, teacherLogLoss: task.teacherLogLoss };
}
