import { Command } from "commander";
import type { Command as CommandFacts } from "./command.ts";
import { commandsFor } from "./commands/commands.ts";
import { addFlags, withExamples } from "./flags/help.ts";
import { createOutput } from "./output.ts";
import { runCommand } from "./run-command.ts";

export function createProgram(commands: readonly CommandFacts[]): Command {
  const program = new Command("lorank")
    .description(
      "Which LoRA rank should I use? Costs before training, quality on your data, a verdict with error bars.",
    )
    .option("-v, --version", "print the versions of lorank, Node and ONNX Runtime")
    .helpOption("-h, --help", "print this help")
    .commandsGroup("Machines:") // heading of the help command
    .helpCommand("help [command]", "print the help of a command")
    .configureHelp({ showGlobalOptions: false })
    .showSuggestionAfterError()
    .exitOverride();
  withExamples(program, [
    ["lorank sweep", "train ranks 4, 8, 16 and 32 on the built-in model and e-mails"],
    ["lorank sweep --data tickets.csv --ranks 2,8,32", "the same on your own labelled texts"],
    ["lorank plan --data tickets.csv --seeds 5", "before that: what it can show, and what it costs"],
    ["lorank memory llama-3.1-8b --gpu 24GB", "what each rank costs before you train, and whether it fits"],
    ["lorank init", "a few questions, then the file of a sweep; also for PEFT and other trainers"],
    ["lorank verdict outcomes.csv --margin 0.005", "the decision from any trainer's outcomes"],
  ]);
  for (const row of commands) {
    const command = program.command(row.name).summary(row.summary).description(row.description);
    for (const [syntax, help] of row.arguments) command.argument(syntax, help);
    withExamples(addFlags(command.helpGroup(row.group), row.settings), row.examples).action(
      async (...values: unknown[]) => {
        const typed = { names: values.slice(0, row.arguments.length), flags: command.opts() };
        process.exitCode = await runCommand(row, commandsFor, typed, createOutput(typed.flags));
      },
    );
  }
  return program;
}
