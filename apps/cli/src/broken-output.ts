import { exitCode } from "./exit-codes.ts";

/**
 * Decides what happens when nobody takes what is printed. `lorank … | head` closes the pipe early, which is no failure: the
 * work goes on to its end without output, and only `--follow`, which does nothing but print, ends. A full disk behind
 * `> file` does not stop the work either, but is reported once, and the process exits with 1 if not with another failure.
 */
export function outliveBrokenOutput(isFollowing: boolean): void {
  let isReported = false;
  process.stdout.on("error", ({ code, message }: NodeJS.ErrnoException) => {
    if (code === "EPIPE") {
      if (isFollowing) process.exit(exitCode.done);
    } else if (!isReported) {
      isReported = true;
      process.stderr.write(`error: standard output could not be written: ${message}\n`);
    }
  });
  process.stderr.on("error", () => {}); // there is nobody left to tell
  process.once("exit", () => {
    if (isReported && (process.exitCode ?? exitCode.done) === exitCode.done)
      process.exitCode = exitCode.failed;
  });
}
