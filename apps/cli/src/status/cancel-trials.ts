import { requestCancel, type SweepStatus, sweepStatus, type TrialStatus } from "@lorank/sweep/folder";
import { cancelJobs, type Queues } from "../executors/queues.ts";
import { trialsNamed } from "./trials-named.ts";

/** A requested cancellation, and the sweep as it was before. */
export interface Cancelled extends Queues {
  readonly status: SweepStatus;
  /** The trials that were named and are not done; undefined where the whole sweep was meant. */
  readonly named: readonly TrialStatus[] | undefined;
}

/**
 * Asks whoever runs a sweep to leave trials out, or to stop, and cancels what a scheduler has of them.
 *
 * @param names as `trialsNamed` takes them; none: the whole sweep.
 * @throws InputError `E_NO_SWEEP`, `E_TRIAL_NAME`.
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
