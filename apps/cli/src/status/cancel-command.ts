import { exitCode } from "../exit-codes.ts";
import { createOutput, type OutputFlags } from "../output.ts";
import { shellCommand } from "../settings/command-words.ts";
import { type RawFlags, readFlags } from "../settings/read.ts";
import { counted, plainText } from "../text.ts";
import { cancelTrials, isLeft } from "./cancel.ts";
import { jobWords } from "./words.ts";

/** Runs `lorank cancel` and returns what to exit with. */
export async function runCancelCommand(
  out: string,
  names: readonly string[],
  flags: OutputFlags & RawFlags,
): Promise<number> {
  const output = createOutput(flags);
  const { redis = process.env.LORANK_REDIS } = readFlags("cancel", flags);
  const { status, named, jobs, problems } = await cancelTrials(out, redis, names);
  const { driver, trials } = status;
  const ids = named?.map(({ trialId }) => trialId);
  output.document({
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
  if (named !== undefined && driver !== undefined && named.length > 0)
    output.note(`They are run when the sweep is run again:\n  ${shellCommand(["sweep", "--out", out])}`);
  else if (left > 0)
    output.note(
      `What is done stays. To run what is left (${counted(left, "trial")}):\n  ${shellCommand(["sweep", "--out", out])}`,
    );
  return exitCode.done;
}
