import { defineCommand } from "../../command.ts";
import { file, resultsHelp } from "../../flags/common-kinds.ts";
import { output } from "../../flags/headings.ts";
import type { ValuesOf } from "../../flags/setting.ts";
import { evidenceSettings } from "../../settings/evidence-settings.ts";

// biome-ignore format: a row per line
const settings = [
  ...evidenceSettings,
  output("out", file, "where to write it", { short: "o", default: "report.html beside the results" }),
] as const;

export type ReportSettings = ValuesOf<(typeof settings)[number]>;

export const command = defineCommand({
  name: "report",
  group: "Look and decide:",
  arguments: [["<results>", resultsHelp]],
  settings,
  summary: "write results as one HTML file",
  description:
    "Write a sweep's results as one HTML file that needs no network and no script. Of any trainer's outcomes, in the form " +
    "that verdict reads, it has the verdict, each rank's quality with its intervals, each run, and the files that were read: " +
    "their SHA-256 and when they were last changed.",
  examples: [
    ["lorank report lorank-sweep", "writes lorank-sweep/report.html"],
    ["lorank report results.json --out /tmp/ranks.html", "somewhere else"],
    ["lorank report outcomes.csv --margin 0.02", "outcomes that another trainer wrote"],
    ["lorank report models.csv --by model --cost gigabytes", "models in place of ranks, by their cost"],
  ],
  load: () => import("./report.ts"),
});
