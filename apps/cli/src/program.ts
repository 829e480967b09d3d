import { Command } from "commander";
import { addDoctor } from "./commands/doctor.ts";
import { addEval } from "./commands/eval.ts";
import { addExport } from "./commands/export.ts";
import { addInspect } from "./commands/inspect.ts";
import { addMemory } from "./commands/memory.ts";
import { addMerge } from "./commands/merge.ts";
import { addPlan } from "./commands/plan.ts";
import { addQuantize } from "./commands/quantize.ts";
import { addReport } from "./commands/report.ts";
import { addSweep } from "./commands/sweep.ts";
import { addTrain } from "./commands/train.ts";
import { addTruncate } from "./commands/truncate.ts";
import { addVerdict } from "./commands/verdict.ts";
import { withExamples } from "./help.ts";
import { packageVersion } from "./version.ts";

/** All commands with their flags. What a command needs to run is imported when it runs, so that help is immediate. */
export function createProgram(): Command {
  const program = new Command("lorank")
    .description(
      "Which LoRA rank should I use? Costs before training, quality on your data, a verdict with error bars.",
    )
    .version(packageVersion(), "-v, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .configureHelp({ showGlobalOptions: false })
    .showSuggestionAfterError()
    .exitOverride();
  withExamples(program, [
    ["lorank sweep", "train ranks 4, 8, 16 and 32 on the built-in model and e-mails"],
    ["lorank sweep --data tickets.csv --ranks 2,8,32", "the same on your own labelled texts"],
    ["lorank plan --data tickets.csv --seeds 5", "before that: what it can show, and what it costs"],
    ["lorank memory llama-3.1-8b --gpu 24GB", "what each rank costs before you train, and whether it fits"],
    ["lorank verdict outcomes.csv --margin 0.005", "the decision from any trainer's outcomes"],
  ]);
  for (const add of [
    addSweep,
    addPlan,
    addTrain,
    addEval,
    addMemory,
    addInspect,
    addTruncate,
    addMerge,
    addExport,
    addQuantize,
    addReport,
    addVerdict,
    addDoctor,
  ])
    add(program);
  return program;
}
