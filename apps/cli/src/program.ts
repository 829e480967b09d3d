import { Command } from "commander";
import { commands } from "./commands/commands.ts";
import { addFlags, withExamples } from "./settings/help.ts";

/** All commands with their flags. What a command needs to run is imported when it runs, so that help is immediate. */
export function createProgram(): Command {
  const program = new Command("lorank")
    .description(
      "Which LoRA rank should I use? Costs before training, quality on your data, a verdict with error bars.",
    )
    .option("-v, --version", "print the versions of lorank, Node and ONNX Runtime")
    .helpOption("-h, --help", "print this help")
    .commandsGroup("Machines:") // of the help command
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
  for (const { name, group, arguments: taken, summary, description, examples, run } of commands) {
    const command = program.command(name).summary(summary).description(description).helpGroup(group);
    for (const [syntax, help] of taken) command.argument(syntax, help);
    withExamples(addFlags(command, name), examples).action(async (...values: unknown[]) => {
      const names = values.slice(0, taken.length).flat() as (string | undefined)[];
      process.exitCode = await run(command.opts(), ...names);
    });
  }
  return program;
}
