import { counted } from "@lorank/core";
import { requestCancel, type SweepStatus, sweepStatus, type TrialStatus } from "@lorank/sweep/folder";
import { exitCode } from "../errors.ts";
import { cancelJobs, type Queues } from "../executors/queues.ts";
import { redisOf } from "../executors/redis.ts";
import { type CommandFlags, createOutput } from "../output.ts";
import { readFlags } from "../settings/read.ts";
import { leaveOutCommand, shellCommand } from "../settings/saved-settings.ts";
import { plainText } from "../text.ts";
import { trialsNamed } from "./trials-named.ts";
import { jobWords } from "./words.ts";

export interface CancelDocument {
  readonly out: string;
  /** The process that runs the sweep; absent where none does. */
  readonly driver?: SweepStatus["driver"];
  /** Ids. */
  readonly trials: "all" | readonly string[];
  readonly jobs: readonly string[];
  readonly problems: readonly string[];
}

export async function runCancelCommand(
  out: string,
  names: readonly string[],
  flags: CommandFlags,
): Promise<number> {
  const output = createOutput(flags);
  const redis = redisOf(readFlags("cancel", flags));
  const { status, named, jobs, problems } = await cancelTrials(out, redis, names);
  const { driver, trials } = status;
  const ids = named?.map(({ trialId }) => trialId);
  output.document<CancelDocument>({
    out,
    driver,
    trials: ids ?? "all",
    jobs: jobs.map(({ jobId }) => jobId),
    problems,
  });
  for (const job of jobs) output.print(`cancelled ${jobWords(job, trials)[0]}`);
  for (const problem of problems) output.note(plainText(problem));
  if (ids?.length === 0) output.note("Nothing to cancel: these trials are done.");
  else if (driver !== undefined) {
    const what = named === undefined ? "to stop" : `to leave out ${named.map(({ name }) => name).join(", ")}`;
    output.print(`asked process ${driver.pid} on ${plainText(driver.host)} ${what}`);
  } else if (jobs.length === 0) output.note("Nothing to cancel: nobody runs this sweep.");
  const left = trials.filter(isLeft).length;
  const lost = named === undefined ? [] : wholeRanks(trials, named);
  const without = lost.length === 0 ? undefined : leaveOutCommand(out, status.ranks, lost);
  if (named !== undefined && driver !== undefined && named.length > 0)
    output.note(`They are run when the sweep is run again:\n  ${shellCommand(["sweep", "--out", out])}`);
  else if (left > 0)
    output.note(
      `What is done stays. To run what is left (${counted(left, "trial")}):\n  ${shellCommand(["sweep", "--out", out])}`,
    );
  if (without !== undefined) output.note(`To go on without rank ${lost.join(", ")}:\n  ${without}`);
  return exitCode.done;
}

/** Ranks of which all trials that are left were named. */
function wholeRanks(trials: readonly TrialStatus[], named: readonly TrialStatus[]): number[] {
  const others = trials.filter((trial) => isLeft(trial) && !named.includes(trial));
  const ranks = new Set(named.map(({ rank }) => rank));
  return [...ranks].filter((rank) => others.every((trial) => trial.rank !== rank));
}

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
