import { type Command, CommanderError } from "commander";
import { commandsFor } from "./commands/commands.ts";
import { describeError } from "./errors.ts";
import { exitCode } from "./exit-code.ts";
import { beginOutput, printErrorDocument } from "./output.ts";
import { createProgram } from "./program.ts";
import { isForVersion } from "./version.ts";

/** Runs a command line and sets the exit status. Node exits by itself later, so piped output arrives whole. */
export async function runCommandLine(typed: readonly string[]): Promise<void> {
  const program = createProgram(await commandsFor(typed[0]));
  const argv = withoutHelpOfUnknown(typed, program);
  if (argv.length === 0) {
    program.outputHelp();
    return;
  }
  if (isForVersion(argv)) return (await import("./print-version.ts")).printVersion();
  beginOutput();
  try {
    await program.parseAsync([...argv], { from: "user" });
  } catch (error) {
    // Commander throws for --help too, with exit code 0.
    const isHelp = error instanceof CommanderError && error.exitCode === 0;
    process.exitCode = isHelp ? exitCode.done : report(error, typed);
  }
}

function report(error: unknown, typed: readonly string[]): number {
  const { facts, text, exit } = describeError(error, Boolean(process.env.DEBUG));
  if (text !== undefined) process.stderr.write(`${text}\n`);
  if (isForProgram(typed)) printErrorDocument({ error: facts });
  return exit;
}

/** Prints the error document before Node reports an uncaught error and ends the process. */
export function documentUncaught(error: unknown, typed: readonly string[]): void {
  if (isForProgram(typed)) printErrorDocument({ error: describeError(error, false).facts });
}

/** Tells if `--json` was typed, even on an unparsable line. */
function isForProgram(typed: readonly string[]): boolean {
  const end = typed.indexOf("--");
  return typed.slice(0, end === -1 ? undefined : end).includes("--json");
}

/** Turns `help nix` into `nix`, which Commander refuses with a suggestion. */
function withoutHelpOfUnknown(argv: readonly string[], program: Command): readonly string[] {
  const [first, name = ""] = argv;
  const isKnown = ["", "help", ...program.commands.map((command) => command.name())].includes(name);
  return first === "help" && !isKnown && !name.startsWith("-") ? argv.slice(1) : argv;
}
