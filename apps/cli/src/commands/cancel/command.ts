import { defineCommand } from "../../command.ts";
import { redisSetting } from "../../executors/bullmq.ts";
import { sweepArgument } from "../../flags/common-kinds.ts";
import type { ValuesOf } from "../../flags/setting.ts";

const settings = [redisSetting] as const;

export type CancelSettings = ValuesOf<(typeof settings)[number]>;

export const command = defineCommand({
  name: "cancel",
  group: "Look and decide:",
  arguments: [
    sweepArgument,
    ["[trials...]", "r16-s3, all of a rank (r64), or the beginning of an id; none: the whole sweep"],
  ],
  settings,
  summary: "stop a sweep that runs, or leave trials out of it",
  description:
    "Ask the process that runs a sweep, wherever it is, to stop, or to leave trials out and go on with the others; and " +
    "cancel what a scheduler has of them. What is done stays. A trial that is left out is so until the sweep is run again: " +
    "then it is missing like any other.",
  examples: [
    ["lorank cancel lorank-sweep", "stop, as Ctrl-C would"],
    ["lorank cancel lorank-sweep r64 r16-s3", "a rank and one more trial; the others go on"],
  ],
  load: () => import("./cancel.ts"),
});
