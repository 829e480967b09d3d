import { defineCommand } from "../../command.ts";
import { settingsOf } from "../../settings/table.ts";

export const command = defineCommand({
  name: "sweep",
  group: "Start:",
  arguments: [["[file]", "YAML file whose keys are the flags, or - for standard input; flags win"]],
  settings: settingsOf("sweep"),
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
  load: () => import("./sweep.ts"),
});
