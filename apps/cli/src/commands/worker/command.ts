import { defineCommand } from "../../command.ts";
import { model } from "../../flags/common-kinds.ts";
import { data } from "../../flags/headings.ts";
import type { ValuesOf } from "../../flags/setting.ts";
import { sweepSettings } from "../../settings/table.ts";

// biome-ignore format: a row per line
const settings = [
  data("model", model, "the sweep's model on this machine", { default: "found by the sweep's name for it" }),
  ...sweepSettings("redis", "jobs", "threads", "device", "compute"),
] as const;

export type WorkerSettings = ValuesOf<(typeof settings)[number]>;

export const command = defineCommand({
  name: "worker",
  group: "Machines:",
  arguments: [["<out>", "the results folder of the sweep, wherever this machine has it"]],
  settings,
  summary: "run trials of a sweep that puts them into a queue",
  description:
    "Take trials from the queue of a sweep that was started with --executor bullmq, and run them here, until Ctrl-C. Any " +
    "number of machines may do so. They share the results folder and a Redis or Valkey server.",
  examples: [
    [
      "lorank sweep --out /shared/t1 --executor bullmq --redis redis://host:6379",
      "the sweep, on one of them",
    ],
    ["lorank worker /shared/t1 --redis redis://host:6379 --jobs 2", "on each: two trials side by side"],
  ],
  load: () => import("./worker.ts"),
});
