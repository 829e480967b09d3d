import { shells } from "../completion/tree.ts";
import { type CommandRow, commandGroups } from "../settings/setting.ts";
import { exampleTools } from "../tools/tools.ts";
import { adapterCommands } from "./adapter-commands.ts";
import { sweepCommands } from "./sweep-commands.ts";

const [tool, other] = exampleTools;

const resultsHelp =
  "a sweep's folder, its results.json, outcomes as .csv, .tsv, .txt or .jsonl, or - for standard input; files of " +
  "lm-evaluation-harness, Inspect, promptfoo or lighteval; or a pattern of runs such as 'runs/r{rank}-s{seed}'";
const results = ["<results>", resultsHelp] as const;

const rows: readonly CommandRow[] = [
  ...sweepCommands,
  ...adapterCommands,
  {
    name: "train",
    group: "Start:",
    arguments: [
      ["[file]", "YAML file of a sweep; its ranks, seeds and other settings of a grid are passed over"],
    ],
    summary: "train one adapter and evaluate it",
    description: "Train one adapter on your data, evaluate it, and write it as a PEFT folder.",
    examples: [
      ["lorank train --data tickets.csv --rank 16 -o tickets", "one adapter on your own labelled texts"],
      ["lorank train sweep.yaml --rank 8", "the settings of a sweep, one rank of it"],
      ["lorank train --dora --lora-plus 16", "DoRA, and B 16 times as fast as A"],
    ],
    run: async (flags, file) => (await import("../train/train-command.ts")).runTrainCommand(file, flags),
  },
  {
    name: "memory",
    group: "Start:",
    arguments: [
      [
        "[models...]",
        "one or several: a name of --list, starter, a folder, a .gguf file, a hub id (org/name), a config.json, or a training config",
      ],
    ],
    summary: "what each rank costs before you train",
    description:
      "Peak memory of LoRA training by rank: on a named stack, for a card, beside QLoRA and full fine-tuning, for several " +
      "models. The first line is the answer. An estimate with bounds and assumptions. Only a model's config is fetched; of " +
      "a built-in one nothing.",
    examples: [
      ["lorank memory llama-3.1-8b --gpu 24GB", "does it fit, how far does it go, what to change"],
      [
        "lorank memory org/name --profile trl --micro-batch 4 --seq 2048",
        "under TRL's defaults, at that batch",
      ],
      [
        "lorank memory llama-3.1-8b qwen3-8b --method qlora --gpu t4 --ranks 16",
        "QLoRA of two models on one card",
      ],
      ["lorank memory config.json --base nf4-dq --ranks 16,64", "from the config alone, on a base in 4 bits"],
      ["lorank memory qlora.yaml --ranks 8,32", `what an ${tool.title} config says, at other ranks`],
      ["lorank memory org/name --method compare --ranks 16", "LoRA, QLoRA and full fine-tuning side by side"],
      ["lorank memory org/name --gpu 24GB --svg memory.svg", "a picture, with a line where the card ends"],
      ["lorank memory starter --base fp32 --json", "the built-in model, for a program"],
    ],
    run: async (flags, ...models) =>
      (await import("../memory/memory-command.ts")).runMemoryCommand(
        models.filter((model) => model !== undefined),
        flags,
      ),
  },
  {
    name: "report",
    group: "Look and decide:",
    arguments: [results],
    summary: "write results as one HTML file",
    description:
      "Write a sweep's results as one HTML file that needs no network and no script. Of any trainer's outcomes, in the form " +
      "that verdict reads, it has the verdict, each rank's quality with its intervals, each run, and the files that were read: " +
      "their SHA-256 and when they were last changed.",
    examples: [
      ["lorank report lorank-sweep", "writes lorank-sweep/report.html"],
      ["lorank report results.json --out /tmp/ranks.html", "somewhere else"],
      ["lorank report outcomes.csv --margin 0.02", "outcomes that another trainer wrote"],
    ],
    run: async (flags, path) => (await import("../config/report-command.ts")).runReportCommand(path!, flags),
  },
  {
    name: "judge",
    group: "Models and adapters:",
    arguments: [
      [
        "<answers...>",
        "generated answers: LLaMA-Factory's generated_predictions.jsonl, or any .jsonl, .json, .csv, .tsv or .parquet file, or - for " +
          "standard input; or a pattern of runs such as 'runs/r{rank}-s{seed}/generated_predictions.jsonl'; or a sweep's folder",
      ],
    ],
    summary: "score generated answers, for a verdict",
    description:
      "Score generated answers against references, and write outcomes that verdict reads.\n" +
      "A file has the columns prompt, answer and reference, and if you have them example, finish (length: the limit cut the answer), rank " +
      "and seed. An answer may also be called predict, prediction, response, output or completion; a reference label, target, expected or " +
      "gold. In a pattern {rank} and {seed} are digits and * is any part of a name; without {rank} it is that of the " +
      "adapter_config.json beside a file. Of a sweep's folder, the answers that its trials generated are scored anew.\n" +
      "The metrics have promptfoo's names and scores; numeric compares the last number of the answer. A judge in a file exports " +
      "(prompt, answer, reference) => a number from 0 to 1, or null to leave the example out. Such a file runs with all your rights.",
    examples: [
      ["lorank judge answers.jsonl --metric numeric --metric rouge-n", "the mean of two metrics"],
      [
        "lorank judge 'runs/r{rank}-s{seed}/generated_predictions.jsonl' --metric icontains -o outcomes.csv",
        "all runs, as outcomes",
      ],
      ["lorank verdict outcomes.csv", "which rank they support"],
      ["lorank judge lorank-sweep --metric rouge-n", "a sweep's answers by another metric, without training"],
      ["lorank judge answers.csv --metric file:judge.js --timeout 60s", "by a function of yours"],
    ],
    run: async (flags, ...paths) =>
      (await import("../judge/judge-command.ts")).runJudgeCommand(
        paths.filter((path) => path !== undefined),
        flags,
      ),
  },
  {
    name: "verdict",
    group: "Look and decide:",
    arguments: [["<results...>", resultsHelp]],
    summary: "decide from a sweep's or any trainer's outcomes",
    description:
      "Decide which rank the outcomes support.\n" +
      "Outcomes of any trainer have the columns rank,seed,example,correct and, if you have them, logLoss and label; a row for " +
      "each rank, seed and evaluation example, separated by commas, semicolons (then 0,37 is a number too) or tabs, or a " +
      "JSON object a line. correct is 1 or 0, also true or false, yes or no, or the share of the example that is right: " +
      "0.37 or 37%. By the label, an example's true class, no rank is recommended unless one is better than the class prior.\n" +
      "A table of runs has a row for each run: rank, seed, a score and, if you have it, n, the number of evaluation examples. " +
      "Tables that Weights & Biases (wandb) and MLflow (mlflow) export are read, and trainers' logs below a pattern such as 'runs/r{rank}-s{seed}'.\n" +
      "Files of an evaluator, or of one run each, are found by such a pattern too: {rank} and {seed} are digits, * is any part of " +
      "a name, and of a folder the files below it are read. Without {rank} the rank is that of the adapter_config.json beside or " +
      "below a file, or what the evaluator says; without {seed} there is one seed.",
    examples: [
      ["lorank verdict lorank-sweep", "the verdict of a sweep"],
      ["lorank verdict lorank-sweep --metric log-loss", "the same trials, judged on log loss"],
      ["lorank verdict outcomes.csv --margin 0.02", "outcomes that another trainer wrote"],
      ["zcat outcomes.jsonl.gz | lorank verdict -", "outcomes from a pipe"],
      ["lorank verdict runs.csv --metric f1 --margin 0.01", "one score of each run"],
      ["lorank verdict 'runs/r{rank}-s{seed}' --metric eval_loss", "the trainer_state.json of each run"],
      [
        "lorank verdict 'runs/r{rank}-s{seed}' --task gsm8k --filter strict-match",
        "samples of lm-evaluation-harness",
      ],
    ],
    run: async (flags, ...paths) =>
      (await import("../results/verdict-command.ts")).runVerdictCommand(
        paths.filter((path) => path !== undefined),
        flags,
      ),
  },
  {
    name: "config",
    group: "Look and decide:",
    arguments: [
      [
        "<adapter-or-results>",
        "a sweep's folder, its results.json, r16 in its folder, a PEFT adapter (folder or hub id), or runs as verdict takes them, or its JSON",
      ],
    ],
    summary: "the recommended rank as a config of the tool you train with",
    description:
      "Print the LoRA part of a tool's config, to be pasted: rank, alpha, scaling, dropout, DoRA and layers, and of the training " +
      "what the sweep had and the tool has a key for. What the tool cannot say stands in a comment.",
    examples: [
      [`lorank config lorank-sweep --for ${tool.name}`, "what the sweep recommends"],
      ["lorank config lorank-sweep --rank 8 --for peft", "another rank of it"],
      [`lorank config out/adapters/r16 --for ${other.name}`, "as an adapter was trained"],
      [`lorank config outcomes.csv --for ${tool.name}`, "what the verdict on outcomes recommends"],
    ],
    run: async (flags, name) => (await import("../config/tool-config.ts")).runConfigCommand(name!, flags),
  },
  {
    name: "doctor",
    group: "Machines:",
    arguments: [],
    summary: "check what is needed to run",
    description:
      "Check what a sweep needs: Node, the runtime, the built-in model and data, and devices, which are optional, with a self-test.",
    examples: [
      ["lorank doctor", "what is here, and what a sweep would run on"],
      ["lorank doctor --thorough --json", "all of it, to attach to a report of a problem"],
      ["lorank doctor --setup-cuda venv", "once, to train on NVIDIA's GPUs by ONNX Runtime"],
      [
        "lorank doctor --setup-tensorflow venv/lib/python3.12/site-packages/tensorflow",
        "once, to train on the GPUs of an installed TensorFlow",
      ],
    ],
    run: async (flags) => (await import("../doctor/doctor-command.ts")).runDoctorCommand(flags),
  },
  {
    name: "completion",
    group: "Machines:",
    arguments: [[`<${shells.join("|")}>`, "the shell"]],
    summary: "a script that completes commands, flags and their values",
    description:
      "Print a script with which a shell completes the commands of lorank, their flags, the names that these take, and files.",
    examples: [
      ["lorank completion bash > ~/.local/share/bash-completion/completions/lorank", "for bash"],
      ["lorank completion zsh > ~/.zfunc/_lorank", "for zsh, where fpath has ~/.zfunc before compinit"],
      ["lorank completion fish > ~/.config/fish/completions/lorank.fish", "for fish"],
      ["lorank completion powershell >> $PROFILE", "for PowerShell"],
    ],
    run: async (flags, shell) =>
      (await import("../completion/shell-scripts.ts")).runCompletionCommand(shell!, flags, commands),
  },
  {
    name: "mcp",
    group: "Machines:",
    arguments: [],
    summary: "answer an assistant, as a server of tools (MCP)",
    description:
      "Serve memory, plan, verdict, config and status as tools of the Model Context Protocol over standard input and output: " +
      "each returns the document of its command's --json. Tools only read. It needs the package @lorank/mcp.",
    examples: [["lorank mcp", "as an MCP client starts it"]],
    run: async (flags) => (await import("../mcp/tools.ts")).runMcpCommand(flags, commands),
  },
];

/** All commands, in the order of help. */
export const commands: readonly CommandRow[] = rows.toSorted(
  (a, b) => commandGroups.indexOf(a.group) - commandGroups.indexOf(b.group),
);
