import { InputError } from "@lorank/core";
import { trialId } from "@lorank/train/spec";
import type { Plan } from "../plan/plan.ts";
import type { SweepStore } from "./store.ts";

/** Changes between a sweep's ranks and a new plan's: ranks left out, and ranks taken in again. Both ascend. */
export interface RankChanges {
  /** Ranks the plan leaves out; `results` counts their trials with a result, which stay in the folder. */
  readonly leftOut: readonly { readonly rank: number; readonly results: number }[];
  readonly takenIn: readonly number[];
}

/**
 * Changes of ranks from the sweep `before` to `plan`; undefined if the plan has a rank that the sweep never had.
 *
 * A rank may leave a race or a probe only before any run has completed: the choice must not depend on outcomes.
 *
 * @throws InputError `E_SWEEP_CHANGED` for a rank that may not leave.
 */
export function changesOfRanks(store: SweepStore, before: Plan, plan: Plan): RankChanges | undefined {
  const isNew = (rank: number): boolean => !before.config.ranks.includes(rank);
  const takenIn = plan.config.ranks.filter(isNew);
  const wasOfSweep = (rank: number): boolean =>
    plan.specs.some((spec) => spec.lora.rank === rank && store.hasSpec(trialId(spec)));
  if (!takenIn.every(wasOfSweep)) return undefined;
  const leaving = before.config.ranks.filter((rank) => !plan.config.ranks.includes(rank));
  const leftOut = leaving.map((rank) => {
    const done = before.specs
      .filter((spec) => spec.lora.rank === rank)
      .map(trialId)
      .filter((id) => store.isDone(id));
    const { method } = before.config;
    const completed = method === undefined ? [] : done.filter((id) => isCompleted(store, id));
    if (completed.length > 0) throw mayNotLeave(rank, completed.length, method!);
    return { rank, results: done.length };
  });
  return { leftOut, takenIn };
}

function isCompleted(store: SweepStore, id: string): boolean {
  return store.readResult(id, { keep: false }).status === "completed";
}

function mayNotLeave(rank: number, completed: number, method: string): InputError {
  return new InputError(
    "E_SWEEP_CHANGED",
    `ranks must keep rank ${rank} in this ${method}, got them without it after ${completed} of its runs completed\n` +
      `A ${method} shares the error of its claims among its ranks: one with outcomes leaves it by those alone. Use another --out.`,
  );
}
