import { commandsFor } from "../src/commands/commands.ts";
import { createOutput, type Output, type RawFlags } from "../src/output.ts";
import { runCommand } from "../src/run-command.ts";

const commands = await commandsFor();

/** Runs a command in this process, and returns its exit code. Flags are as commander hands them over. */
export function runHere(
  command: string,
  names: readonly unknown[],
  flags: RawFlags = {},
  output: Output = createOutput(flags),
): Promise<number> {
  return runCommand(commands.find(({ name }) => name === command)!, commandsFor, { names, flags }, output);
}
