import { cpSync } from "node:fs";
import type { Decision, MethodName, Results } from "@lorank/evidence/results";
import { planSweep, runPlan } from "@lorank/sweep";
import { type PlantedSweepOptions, plantedSweep } from "./planted-sweep.ts";

/** A rank smaller than the largest, as truncations predict it and as it is when it is trained. Advantages are over the largest rank, in nats: negative is worse. */
export interface CurvePoint {
  readonly rank: number;
  readonly predicted: number;
  readonly interval: readonly [number, number];
  /** Mean of the grid's runs under all seeds. */
  readonly trained: number;
  /** Whether the mean under the confirmation seeds, which is what the interval is for, lies in it. */
  readonly held: boolean;
}

export interface ComparedMethods {
  readonly decisions: Readonly<Record<MethodName, Decision>>;
  readonly curve: readonly CurvePoint[];
  readonly teacherLogLoss: number;
}

/**
 * Runs the grid, then probe and race on its trials in copies of its folder, so that all three judge the same runs and only the
 * truncations are new.
 */
export async function compareMethods(options: PlantedSweepOptions): Promise<ComparedMethods> {
  const { config, files, out: gridOut, run, task } = await plantedSweep(options);
  const { results: grid } = await runPlan({ plan: planSweep(config), ...files }, { out: gridOut }, run);
  if (!grid) throw new Error("the grid did not finish");

  async function again(method: "probe" | "race"): Promise<Results> {
    const out = `${gridOut}-${method}`;
    cpSync(gridOut, out, { recursive: true });
    const plan = planSweep({ ...config, method });
    const { results, finishedNow } = await runPlan({ plan, ...files }, { out, extend: true }, run);
    if (!results || finishedNow > 0) throw new Error(`the ${method} must find all its trials in the grid`);
    return results;
  }

  const [probe, race] = [await again("probe"), await again("race")];
  return {
    decisions: { grid: grid.decision, probe: probe.decision, race: race.decision },
    curve: curveOf(grid, probe.decision),
    teacherLogLoss: task.teacherLogLoss,
  };
}

function curveOf({ trials, sweep }: Results, { probe }: Decision): CurvePoint[] {
  const { predictions, fromRank, confirmationSeeds } = probe!;
  function lossOf(rank: number, seeds: readonly number[]): number {
    const runs = trials.filter(({ spec }) => spec.lora.rank === rank && seeds.includes(spec.seed));
    return mean(runs.map((run) => mean(run.status === "completed" ? run.evaluation!.logLosses! : [])));
  }
  const advantage = (rank: number, seeds: readonly number[]) => lossOf(fromRank, seeds) - lossOf(rank, seeds);
  const confirming = sweep.seeds.toSorted((a, b) => a - b).slice(0, confirmationSeeds);
  return predictions
    .filter(({ rank }) => rank !== fromRank)
    .map(({ rank, advantage: predicted, interval }) => {
      const confirmed = advantage(rank, confirming);
      const held = confirmed >= interval[0] && confirmed <= interval[1];
      return { rank, predicted, interval, trained: advantage(rank, sweep.seeds), held };
    });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
