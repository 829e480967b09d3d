import { choice } from "../settings/kinds.ts";
import type { CommandRow } from "../settings/setting.ts";
import { recipeTools } from "../tools/tools.ts";

const sweepFolder = ["<out>", "the results folder of a sweep, which may run on another machine"] as const;

/** Commands that plan a sweep, run it and look after it. */
export const sweepCommands: readonly CommandRow[] = [
  {
    name: "sweep",
    group: "Start:",
    arguments: [["[file]", "YAML file with the same keys as the flags; flags win over it"]],
    summary: "train the ranks on your data and decide which one to take",
    description: "Train every rank on the same data under paired seeds, and decide which one to take.",
    examples: [
      ["lorank sweep", "built-in model and e-mails, ranks 4, 8, 16, 32"],
      ["lorank sweep --data tickets.csv --label-column queue", "your own labelled texts"],
      ["lorank sweep --model org/name --scaling rslora --ranks 8,32", "a model on the hub"],
      ["lorank sweep sweep.yaml --ranks 2,4,8", "settings from a file, one of them replaced"],
      ["lorank sweep --method probe --seeds 10", "train the largest rank, predict the others, confirm one"],
      [
        "lorank sweep --learning-rate auto --epochs auto",
        "find rate and epochs first, on training texts alone",
      ],
      ["lorank sweep --ranks 64 --extend", "one more rank for the sweep that is there"],
      ["lorank sweep sweep.yaml --executor slurm --partition gpu --parallel 8", "on a cluster"],
      ["lorank sweep --dry-run", "trials and sizes, without running anything"],
    ],
    run: async (flags, file) => (await import("../sweep/sweep-command.ts")).runSweepCommand(file, flags),
  },
  {
    name: "plan",
    group: "Start:",
    arguments: [["[file]", "the YAML file of the sweep; flags win over it"]],
    summary: "what a sweep can show and what it costs, before it is run",
    description:
      "Say before any training what difference this data set can detect at this many seeds, how many examples and " +
      "seeds a margin needs, and what the sweep takes in trials, time, memory and disk. Writes nothing.",
    examples: [
      ["lorank plan --data tickets.csv", "what these texts can show, and what the sweep costs"],
      ["lorank plan sweep.yaml --measure", "with the time"],
      ["lorank plan --results lorank-sweep", "again, after a first seed: what was observed"],
      ["lorank plan --examples 872 --seeds 3 --margin 0.01", "for any trainer: the statistics alone"],
      ["lorank plan --results outcomes.csv --seeds 10", "from outcomes that another trainer wrote"],
    ],
    run: async (flags, file) => (await import("../plan/plan-command.ts")).runPlanCommand(file, flags),
  },
  {
    name: "init",
    group: "Start:",
    arguments: [["[folder]", "where to write them; this folder by default"]],
    summary: "the files of a sweep, to begin with",
    description:
      `Write the file of a sweep on your data; or, for ${choice(recipeTools).rule}, a sweep file and the script that works ` +
      "with it. On a terminal it asks, unless a flag answers; the command that it prints at the end writes the same without questions.",
    examples: [
      ["lorank init", "a few questions, then the files"],
      ["lorank init --data tickets.csv --ranks 4,16,64", "a sweep of this engine on your data"],
      ["lorank init --trainer peft tickets", "a classifier with PEFT, in a folder tickets"],
      ["lorank init --trainer stand-in", "one that runs in seconds, to see how it works"],
    ],
    run: async (flags, folder) => (await import("../init/init-command.ts")).runInitCommand(folder, flags),
  },
  {
    name: "status",
    group: "Look and decide:",
    arguments: [sweepFolder],
    summary: "how each trial of a sweep is, while it runs or later",
    description:
      "Show for every rank and seed its result, or where it runs, how far it is and how long it will take, why it failed, or " +
      "that it was lost. Reads the folder alone, on any machine that sees it, and asks the scheduler that was given work.",
    examples: [
      ["lorank status lorank-sweep", "ranks by seeds, what runs, what failed, what to do next"],
      ["lorank status lorank-sweep --follow", "drawn again until the sweep is complete"],
      ["lorank status lorank-sweep --json", "the same for a program"],
    ],
    run: async (flags, out) => (await import("../status/status-command.ts")).runStatusCommand(out!, flags),
  },
  {
    name: "watch",
    group: "Look and decide:",
    arguments: [
      ["[out]", "the results folder of a sweep, which may run on another machine (default: lorank-sweep)"],
    ],
    summary: "a page of a sweep in the browser, live while it runs",
    description:
      "Serve a page on 127.0.0.1, and print its address, until Ctrl-C: ranks by seeds with the curve of each trial that runs, the " +
      "time, and the differences so far, without a claim that looking early would make untrue. It can stop a rank. When the " +
      "sweep is done, the page is its report. Reads the folder alone, on any machine that sees it.",
    examples: [
      ["lorank watch lorank-sweep", "the address to open"],
      ["lorank watch /shared/t2 --port 8080", "the same port each time, as for ssh -L 8080:127.0.0.1:8080"],
      ["lorank sweep --watch", "the page of a sweep, by the sweep itself"],
    ],
    run: async (flags, out) => (await import("../watch/watch-command.ts")).runWatchCommand(out, flags),
  },
  {
    name: "logs",
    group: "Look and decide:",
    arguments: [sweepFolder, ["[trial]", "r16-s3: rank 16 under seed 3; or the beginning of its id"]],
    summary: "what a trial of a sweep printed",
    description:
      "Print the output of a trial's last attempt, without control characters; with no trial named, the last lines of each " +
      "that failed.",
    examples: [
      ["lorank logs lorank-sweep", "why trials failed"],
      ["lorank logs lorank-sweep r16-s3 --follow", "what a trial prints, as it comes"],
      ["lorank logs lorank-sweep r16-s3 --attempt 1 --lines 50", "the end of an earlier attempt"],
    ],
    run: async (flags, out, trial) =>
      (await import("../status/logs-command.ts")).runLogsCommand(out!, trial, flags),
  },
  {
    name: "cancel",
    group: "Look and decide:",
    arguments: [
      sweepFolder,
      ["[trials...]", "r16-s3, all of a rank (r64), or the beginning of an id; none: the whole sweep"],
    ],
    summary: "stop a sweep that runs, or leave trials out of it",
    description:
      "Ask the process that runs a sweep, wherever it is, to stop, or to leave trials out and go on with the others; and " +
      "cancel what a scheduler has of them. What is done stays. A trial that is left out is so until the sweep is run again: " +
      "then it is missing like any other.",
    examples: [
      ["lorank cancel lorank-sweep", "stop, as Ctrl-C would"],
      ["lorank cancel lorank-sweep r64 r16-s3", "a rank and one more trial; the others go on"],
    ],
    run: async (flags, out, ...trials) =>
      (await import("../status/cancel-command.ts")).runCancelCommand(
        out!,
        trials.filter((name) => name !== undefined),
        flags,
      ),
  },
  {
    name: "worker",
    group: "Machines:",
    arguments: [["<out>", "the results folder of the sweep, wherever this machine has it"]],
    summary: "run trials of a sweep that puts them into a queue",
    description:
      "Take trials from the queue of a sweep that was started with --executor bullmq, and run them here, until Ctrl-C. Any " +
      "number of machines may do so. They share the results folder and a Redis or Valkey server.",
    examples: [
      [
        "lorank sweep --out /shared/t1 --executor bullmq --redis redis://host:6379",
        "the sweep, on one of them",
      ],
      ["lorank worker /shared/t1 --redis redis://host:6379 --jobs 2", "on each: two trials side by side"],
    ],
    run: async (flags, out) => (await import("../sweep/worker-command.ts")).runWorkerCommand(out!, flags),
  },
];
