#!/usr/bin/env node
import { type Command, CommanderError } from "commander";
import { describeError, exitCode } from "./errors.ts";
import { createProgram } from "./program.ts";
import { versionLine } from "./version.ts";

/** Sets the exit status instead of ending the process, so that what was written to a pipe arrives. */
async function main(typed: readonly string[]): Promise<void> {
  const program = createProgram();
  const argv = withoutHelpOfUnknown(typed, program);
  if (argv.length === 0) {
    program.outputHelp();
    return;
  }
  if (["-v", "--version", "version"].includes(argv[0]!)) {
    process.stdout.write(`${await versionLine()}\n`);
    return;
  }
  try {
    await program.parseAsync([...argv], { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has printed the fault; --help comes through here too, with 0.
      process.exitCode = error.exitCode === 0 ? exitCode.done : exitCode.usage;
      return;
    }
    const { message, code } = describeError(error, Boolean(process.env.DEBUG));
    process.stderr.write(`${message}\n`);
    process.exitCode = code;
  }
}

/** `help nix` as `nix`, which is refused with a suggestion: Commander prints the help of the program instead. */
function withoutHelpOfUnknown(argv: readonly string[], program: Command): readonly string[] {
  const [first, name = ""] = argv;
  const isKnown = ["", "help", ...program.commands.map((command) => command.name())].includes(name);
  return first === "help" && !isKnown && !name.startsWith("-") ? argv.slice(1) : argv;
}

const words = process.argv.slice(2);
outliveBrokenOutput(words.includes("--follow"));
await main(words);

/**
 * Decides what happens when nobody takes what is printed. `lorank … | head` closes the pipe early, which is no failure.
 * The work goes on to its end without output. Only `--follow`, which does nothing but print, ends. A full disk
 * behind `> file` does not stop the work either. It is reported once, and the process exits with 1 or another failure.
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
