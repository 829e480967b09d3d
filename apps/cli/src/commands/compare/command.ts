import { defineCommand } from "../../command.ts";
import { file } from "../../flags/common-kinds.ts";
import { compared, output, shown } from "../../flags/headings.ts";
import * as k from "../../flags/kinds.ts";
import type { ValuesOf } from "../../flags/setting.ts";
import { evidenceSettings } from "../../settings/evidence-settings.ts";

// biome-ignore format: a row per line
const settings = [
  ...evidenceSettings,
  compared("rank", k.count, "compare both at this rank, in place of the ranks that their verdicts name", { flagOnly: true }),
  compared("paired", k.onOff, "of two lists of scores: the first ones share a seed, the second ones another, and so on", { flagOnly: true }),
  shown("each", k.onOff, "also each rank that both have, at a confidence that holds for all at once"),
  output("out", file, "one HTML file of the comparison, which needs no network", { short: "o" }),
] as const;

export type CompareSettings = ValuesOf<(typeof settings)[number]>;

const resultHelp =
  "a sweep's folder, its results.json, a table or a pattern of runs as verdict reads them; or scores, as 0.81,0.83,0.82";

export const command = defineCommand({
  name: "compare",
  group: "Look and decide:",
  arguments: [
    ["<first>", resultHelp],
    ["<second>", "the other one"],
  ],
  settings,
  summary: "tell whether two results differ by more than noise",
  description:
    "Compare two results on the same data. Each is taken at the rank that its verdict names, or else at its best bet; the " +
    "interval allows for that choice.\n" +
    "Seeds and examples that both share are paired. Test scores are compared where both sweeps have them.",
  examples: [
    ["lorank compare sweep-a sweep-b", "two finished sweeps"],
    ["lorank compare before.csv after.csv --rank 8", "outcomes of two trainers, at rank 8"],
    ["lorank compare sweep-a sweep-b --each -o compare.html", "a page with each rank of both"],
    ["lorank compare 0.81,0.83,0.82 0.84,0.82,0.85", "is this difference noise?"],
  ],
  // An assistant that compares evaluators' files lets `verdict` say how they are read.
  tool: {
    without: ["task", "filter", "score", "group-column", "average-over", "suite", "cost", "positive", "out"],
    fetches: false,
  },
  load: () => import("./compare.ts"),
});
