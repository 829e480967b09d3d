import { defineCommand } from "../../command.ts";
import { settingsOf } from "../../settings/table.ts";

export const command = defineCommand({
  name: "plan",
  group: "Start:",
  arguments: [["[file]", "YAML file of the sweep, or - for standard input"]],
  settings: settingsOf("plan"),
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
  tool: { without: ["all", "measure", "print-config", "keep-overlap"], fetches: true },
  load: () => import("./plan.ts"),
});
