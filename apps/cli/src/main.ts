#!/usr/bin/env node
import { exitCode } from "./exit-code.ts";
import { isForVersion } from "./version.ts";

const words = process.argv.slice(2);
outliveBrokenOutput(words.includes("--follow"));
if (isForVersion(words)) {
  const { printVersion } = await import("./print-version.ts");
  await printVersion();
} else {
  const { documentUncaught, runCommandLine } = await import("./command-line.ts");
  process.on("uncaughtExceptionMonitor", (error) => documentUncaught(error, words));
  await runCommandLine(words);
}

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
