import { isInputError } from "@lorank/core";

const interrupted = 75; // EX_TEMPFAIL of sysexits.h: try again later

/**
 * Runs the one job of a child process, given as JSON in its first argument, and ends the process: 0 done, 1 failed
 * (another attempt may help), 2 the input is wrong (it will not), 75 interrupted. What it prints is for its parent to quote.
 */
export async function runChildProgram<Job>(run: (job: Job) => Promise<void>): Promise<never> {
  process.on("SIGINT", () => process.exit(interrupted));
  process.on("SIGTERM", () => process.exit(interrupted));
  // The parent is gone, perhaps by SIGKILL: nobody waits for this job, and whoever resumes the sweep starts it again.
  process.on("disconnect", () => process.exit(interrupted));
  if (process.send !== undefined && !process.connected) process.exit(interrupted); // it went while we were loading
  try {
    await run(JSON.parse(process.argv[2] ?? "") as Job);
    process.exit(0); // a runtime's idle threads must not keep the process
  } catch (error) {
    console.error(isInputError(error) ? `${error.code}: ${error.message}` : error);
    process.exit(isInputError(error) ? 2 : 1);
  }
}
