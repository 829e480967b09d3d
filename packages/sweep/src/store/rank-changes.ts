import { InputError } from "@lorank/core";
import type { TrialSpec } from "@lorank/evidence/schema";
import { trialId } from "@lorank/train/spec";
import type { Plan } from "../plan/plan.ts";
import type { SweepStore } from "./store.ts";

/** Rank, or name of an arm. */
export type RankOrArm = number | string;

/** Changes between a sweep's ranks, or arms, and a new plan's: those left out, and those taken in again, in order. */
export interface RankChanges {
  /** Ranks or arms the plan leaves out; `results` counts their trials with a result, which stay in the folder. */
  readonly leftOut: readonly { readonly rank: RankOrArm; readonly results: number }[];
  readonly takenIn: readonly RankOrArm[];
}

/**
 * Changes of ranks, or arms, from the sweep `before` to `plan`; undefined if the plan has one that the sweep never had.
 *
 * One may leave a race or a probe only before any of its runs has completed: the choice must not depend on outcomes.
 *
 * @throws InputError `E_SWEEP_CHANGED` for one that may not leave.
 */
export function changesOfRanks(store: SweepStore, before: Plan, plan: Plan): RankChanges | undefined {
  const [had, has] = [comparedIn(before), comparedIn(plan)];
  const takenIn = has.filter((one) => !had.includes(one));
  const wasOfSweep = (rank: RankOrArm): boolean =>
    plan.specs.some((spec) => rankOrArm(spec) === rank && store.hasSpec(trialId(spec)));
  if (!takenIn.every(wasOfSweep)) return undefined;
  const leaving = had.filter((rank) => !has.includes(rank));
  const leftOut = leaving.map((rank) => {
    const done = before.specs
      .filter((spec) => rankOrArm(spec) === rank)
      .map(trialId)
      .filter((id) => store.isDone(id));
    const { method } = before.config;
    const completed = method === undefined ? [] : done.filter((id) => isCompleted(store, id));
    if (completed.length > 0) throw mayNotLeave(rank, completed.length, method!);
    return { rank, results: done.length };
  });
  return { leftOut, takenIn };
}

function comparedIn({ specs }: Plan): RankOrArm[] {
  return [...new Set(specs.map(rankOrArm))];
}

function rankOrArm({ arm, lora }: TrialSpec): RankOrArm {
  return arm ?? lora.rank;
}

function isCompleted(store: SweepStore, id: string): boolean {
  return store.readResult(id, { keep: false }).status === "completed";
}

function mayNotLeave(rank: RankOrArm, completed: number, method: string): InputError {
  const [field, name] = typeof rank === "string" ? ["arms", `arm ${rank}`] : ["ranks", `rank ${rank}`];
  return new InputError(
    "E_SWEEP_CHANGED",
    `${field} must keep ${name} in this ${method}, got them without it after ${completed} of its runs completed\n` +
      `A ${method} shares the error of its claims among its ${field}: one with outcomes leaves it by those alone. Use another --out.`,
  );
}
