import { defineCommand } from "../../command.ts";
import { sweepArgument } from "../../flags/common-kinds.ts";
import { shown } from "../../flags/headings.ts";
import * as k from "../../flags/kinds.ts";
import type { ValuesOf } from "../../flags/setting.ts";

// biome-ignore format: a row per line
const settings = [
  shown("follow", k.onOff, "go on until the trial's process has ended"),
  shown("attempt", k.count, "which start of the trial", { default: "the last" }),
  shown("lines", k.count, "last lines alone", { default: "all of a trial that is named; of the failed ones 12 each" }),
] as const;

export type LogsSettings = ValuesOf<(typeof settings)[number]>;

export const command = defineCommand({
  name: "logs",
  group: "Look and decide:",
  arguments: [sweepArgument, ["[trial]", "r16-s3: rank 16 under seed 3; or the beginning of its id"]],
  settings,
  summary: "what a trial of a sweep printed",
  description:
    "Print the output of a trial's last attempt, without control characters; with no trial named, the last lines of each " +
    "that failed.",
  examples: [
    ["lorank logs lorank-sweep", "why trials failed"],
    ["lorank logs lorank-sweep r16-s3 --follow", "what a trial prints, as it comes"],
    ["lorank logs lorank-sweep r16-s3 --attempt 1 --lines 50", "the end of an earlier attempt"],
  ],
  load: () => import("./logs.ts"),
});
