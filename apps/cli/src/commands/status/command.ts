import { defineCommand } from "../../command.ts";
import { redisSetting } from "../../executors/bullmq.ts";
import { sweepArgument } from "../../flags/common-kinds.ts";
import { shown } from "../../flags/headings.ts";
import * as k from "../../flags/kinds.ts";
import type { ValuesOf } from "../../flags/setting.ts";

// biome-ignore format: a row per line
const settings = [
  redisSetting,
  shown("follow", k.onOff, "look again until the sweep is complete: drawn over itself on a terminal, lines in a log"),
] as const;

export type StatusSettings = ValuesOf<(typeof settings)[number]>;

export const command = defineCommand({
  name: "status",
  group: "Look and decide:",
  arguments: [sweepArgument],
  settings,
  summary: "how each trial of a sweep is, while it runs or later",
  description:
    "Show for every rank and seed its result, or where it runs, how far it is and how long it will take, why it failed, or " +
    "that it was lost. Reads the folder alone, on any machine that sees it, and asks the scheduler that was given work.",
  examples: [
    ["lorank status lorank-sweep", "ranks by seeds, what runs, what failed, what to do next"],
    ["lorank status lorank-sweep --follow", "drawn again until the sweep is complete"],
    ["lorank status lorank-sweep --json", "the same for a program"],
  ],
  tool: { without: ["follow"], fetches: false },
  load: () => import("./status.ts"),
});
