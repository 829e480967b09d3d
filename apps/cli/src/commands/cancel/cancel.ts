import { counted } from "@lorank/core";
import type { SweepStatus, TrialStatus } from "@lorank/sweep/folder";
import { type End, type Input, ofEnd } from "../../command.ts";
import { redisOf } from "../../executors/bullmq.ts";
import type { Page } from "../../output.ts";
import { leaveOutCommand } from "../../settings/saved-settings.ts";
import { shellCommand } from "../../shell-command.ts";
import { type Cancelled, cancelTrials, isLeft } from "../../status/cancel-trials.ts";
import { jobWords } from "../../status/words.ts";
import { plainText } from "../../text.ts";
import type { CancelSettings } from "./command.ts";

export interface CancelDocument {
  readonly out: string;
  /** Process running the sweep; absent if there is none. */
  readonly driver?: SweepStatus["driver"];
  /** Cancelled trials by id, or all. */
  readonly trials: "all" | readonly string[];
  readonly jobs: readonly string[];
  readonly problems: readonly string[];
}

type CancelInput = Input<CancelSettings, readonly [out: string, trials: readonly string[]]>;

export const { document, view } = ofEnd;

export async function run({ settings, names: [out, names] }: CancelInput): Promise<End<CancelDocument>> {
  const cancelled = await cancelTrials(out, redisOf(settings), names);
  const { status, named, jobs, problems } = cancelled;
  const trials = named?.map(({ trialId }) => trialId) ?? "all";
  return {
    document: { out, driver: status.driver, trials, jobs: jobs.map(({ jobId }) => jobId), problems },
    view: (page) => viewCancelled(out, cancelled, page),
  };
}

function viewCancelled(out: string, { status, named, jobs, problems }: Cancelled, page: Page): void {
  const { driver, trials } = status;
  for (const job of jobs) page.print(`cancelled ${jobWords(job, trials)[0]}`);
  for (const problem of problems) page.note(plainText(problem));
  if (named?.length === 0) page.note("Nothing to cancel: these trials are done.");
  else if (driver !== undefined) {
    const what = named === undefined ? "to stop" : `to leave out ${named.map(({ name }) => name).join(", ")}`;
    page.print(`asked process ${driver.pid} on ${plainText(driver.host)} ${what}`);
  } else if (jobs.length === 0) page.note("Nothing to cancel: nobody runs this sweep.");
  const left = trials.filter(isLeft).length;
  const lost = named === undefined ? [] : wholeRanks(trials, named);
  const without = lost.length === 0 ? undefined : leaveOutCommand(out, status, lost);
  if (named !== undefined && driver !== undefined && named.length > 0)
    page.note(
      `${named.length === 1 ? "It is" : "They are"} run when the sweep is run again:\n  ${shellCommand(["sweep", "--out", out])}`,
    );
  else if (left > 0)
    page.note(
      `What is done stays. To run what is left (${counted(left, "trial")}):\n  ${shellCommand(["sweep", "--out", out])}`,
    );
  if (without !== undefined) page.note(`To go on without rank ${lost.join(", ")}:\n  ${without}`);
}

function wholeRanks(trials: readonly TrialStatus[], named: readonly TrialStatus[]): number[] {
  const others = trials.filter((trial) => isLeft(trial) && !named.includes(trial));
  const ranks = new Set(named.map(({ rank }) => rank));
  return [...ranks].filter((rank) => others.every((trial) => trial.rank !== rank));
}
