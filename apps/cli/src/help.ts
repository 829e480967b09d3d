import type { Command } from "commander";

/** A command line and what it is for. */
export type Example = readonly [command: string, purpose: string];

/** Puts examples at the top of a command's help: they are what most people look for. */
export function withExamples(command: Command, examples: readonly Example[]): Command {
  const width = Math.max(...examples.map(([line]) => line.length));
  const lines = examples.map(([line, purpose]) => `  ${line.padEnd(width)}   ${purpose}`);
  return command.addHelpText("before", `Examples:\n${lines.join("\n")}\n`);
}

/** Flags that every command has. */
export function withCommonFlags(command: Command): Command {
  return command
    .optionsGroup("Output:")
    .option("--json", "one JSON document on stdout, nothing else")
    .option("-q, --quiet", "no messages besides the result")
    .option("--no-color", "no colours (also: NO_COLOR=1)")
    .option("--no-input", "ask nothing, draw nothing that moves")
    .helpOption("-h, --help", "print this help");
}
