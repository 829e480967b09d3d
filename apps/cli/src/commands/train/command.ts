import { defineCommand } from "../../command.ts";
import { settingsOf } from "../../settings/table.ts";

export const command = defineCommand({
  name: "train",
  group: "Start:",
  arguments: [
    ["[file]", "YAML file of a sweep; its ranks, seeds and other settings of a grid are passed over"],
  ],
  settings: settingsOf("train"),
  summary: "train one adapter and evaluate it",
  description: "Train one adapter on your data, evaluate it, and write it as a PEFT folder.",
  examples: [
    ["lorank train --data tickets.csv --rank 16 -o tickets", "one adapter on your own labelled texts"],
    ["lorank train sweep.yaml --rank 8", "the settings of a sweep, one rank of it"],
    ["lorank train --dora --lora-plus 16", "DoRA, and B 16 times as fast as A"],
  ],
  load: () => import("./train.ts"),
});
