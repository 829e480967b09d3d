#!/usr/bin/env node
import { documentUncaught, runCommandLine } from "./command-line.ts";
import { exitCode } from "./errors.ts";

const words = process.argv.slice(2);
outliveBrokenOutput(words.includes("--follow"));
process.on("uncaughtExceptionMonitor", (error) => documentUncaught(error, words));
await runCommandLine(words);

/**
 * Survives broken output. `lorank … | head` is no failure: work goes on, only `--follow` ends. A full disk behind `>
 * file` is reported once; work goes on, and the exit code is 1 or another failure.
 */
function outliveBrokenOutput(isFollowing: boolean): void {
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
