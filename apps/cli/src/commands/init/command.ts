import { defineCommand } from "../../command.ts";
import { defaults as d } from "../../defaults.ts";
import { folder, model } from "../../flags/common-kinds.ts";
import { compared, data, output, question } from "../../flags/headings.ts";
import * as k from "../../flags/kinds.ts";
import { choice } from "../../flags/kinds.ts";
import type { ValuesOf } from "../../flags/setting.ts";
import { recipeNames } from "../../settings/recipes.ts";
import { sweepSettings } from "../../settings/table.ts";
import { recipeTools } from "../../tools/tools.ts";

// biome-ignore format: a row per line
export const settings = [
  data("model", model, "starter, a folder, a .gguf file or a hub id (org/name)", { default: `${d.model}; of another trainer its recipe's` }),
  data("data", k.text("spam-assassin or a file", "data"), "spam-assassin or a file", { default: `${d.data}; of another trainer its recipe's` }),
  ...sweepSettings("text-column", "label-column", "prompt-column", "response-column"),
  compared("ranks", k.ranks, "ranks", { default: `${d.ranks.join(",")}; of another trainer its recipe's` }),
  compared("seeds", k.seeds, "how many seeds, or which ones (1,2,3)", { default: `${d.seeds}; of another trainer its recipe's` }),
  compared("arms", k.choice(["placement"]), "placement: arms in place of ranks, which adapt all linear layers, attention or mlp with as many parameters; of peft also AdaLoRA and EVA, and three learning rates"),
  compared("spectrum", folder, "with --arms: an adapter, as of a sweep's largest rank; one arm more gives its parameters to the layers that it changed most", { unit: "adapter" }),
  question("trainer", k.choice(["lorank", ...recipeNames]), "what trains: lorank is this engine, stand-in a task of seconds; of the others the files to begin with", { default: "lorank" }),
  question("yes", k.onOff, "take the defaults, and ask nothing", { short: "y" }),
  output("force", k.onOff, "replace what is there"),
] as const;

export type InitSettings = ValuesOf<(typeof settings)[number]>;

export const command = defineCommand({
  name: "init",
  group: "Start:",
  arguments: [["[folder]", "where to write them; this folder by default"]],
  settings,
  summary: "the files of a sweep, to begin with",
  description:
    `Write the file of a sweep on your data; or, for ${choice(recipeTools).rule}, a sweep file and the script that works ` +
    "with it. On a terminal it asks, unless a flag answers; the command that it prints at the end writes the same without questions.",
  examples: [
    ["lorank init", "a few questions, then the files"],
    ["lorank init --data tickets.csv --ranks 4,16,64", "a sweep of this engine on your data"],
    ["lorank init --trainer peft tickets", "a classifier with PEFT, in a folder tickets"],
    ["lorank init --arms placement --ranks 8", "which layers? each arm has the parameters of rank 8 on all"],
    ["lorank init --trainer stand-in", "one that runs in seconds, to see how it works"],
  ],
  load: () => import("./init.ts"),
});
