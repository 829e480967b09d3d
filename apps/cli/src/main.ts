#!/usr/bin/env node
import { documentUncaught, runCommandLine } from "./command-line.ts";
import { exitCode } from "./errors.ts";

const words = process.argv.slice(2);
outliveBrokenOutput(words.includes("--follow"));
process.on("uncaughtExceptionMonitor", (error) => documentUncaught(error, words));
await runCommandLine(words);

/**
 * Keeps working when output breaks. A closed pipe (`lorank … | head`) is no failure; only `--follow` ends. A full disk
 * is reported once, with exit code 1.
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
  process.stderr.on("error", () => {}); // broken stderr: nobody is left to read
  process.once("exit", () => {
    if (isReported && (process.exitCode ?? exitCode.done) === exitCode.done)
      process.exitCode = exitCode.failed;
  });
}
