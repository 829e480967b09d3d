import { requestCancel, type SweepStatus, sweepStatus, type TrialStatus } from "@lorank/sweep/folder";
import { cancelJobs, type Queues } from "../executors/queues.ts";
import { trialsNamed } from "./trials-named.ts";

export interface Cancelled extends Queues {
  readonly status: SweepStatus;
  /** Trials to cancel: the named ones that have no result; undefined for the whole sweep. */
  readonly named: readonly TrialStatus[] | undefined;
}

/**
 * Asks a running sweep to skip the named trials, or to stop without `names`, and cancels scheduled jobs.
 * @throws `E_NO_SWEEP`, `E_TRIAL_NAME`.
 */
export async function cancelTrials(
  out: string,
  redis: string | undefined,
  names: readonly string[],
): Promise<Cancelled> {
  const status = sweepStatus(out);
  const named = names.length === 0 ? undefined : trialsNamed(status.trials, names).filter(isLeft);
  if (named?.length === 0) return { status, named, jobs: [], problems: [] };
  const ids = named?.map(({ trialId }) => trialId);
  if (status.driver !== undefined) requestCancel(out, ids ?? "all");
  return { status, named, ...(await cancelJobs(out, redis, ids)) };
}

export function isLeft({ state }: TrialStatus): boolean {
  return state !== "done" && state !== "not-asked";
}
