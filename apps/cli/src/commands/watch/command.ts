import { defineCommand } from "../../command.ts";
import type { ValuesOf } from "../../flags/setting.ts";
import { sweepSettings } from "../../settings/table.ts";

// biome-ignore format: a row per line
const settings = [
  ...sweepSettings("redis", "port"),
] as const;

export type WatchSettings = ValuesOf<(typeof settings)[number]>;

export const command = defineCommand({
  name: "watch",
  group: "Look and decide:",
  arguments: [
    ["[out]", "the results folder of a sweep, which may run on another machine (default: lorank-sweep)"],
  ],
  settings,
  summary: "a page of a sweep in the browser, live while it runs",
  description:
    "Serve a page on 127.0.0.1, and print its address, until Ctrl-C: ranks by seeds with the curve of each trial that runs, the " +
    "time, and the report so far, without a claim that looking early would make untrue. It can stop a rank. When the " +
    "sweep is done, the page is its report. Reads the folder alone, on any machine that sees it.",
  examples: [
    ["lorank watch lorank-sweep", "the address to open"],
    ["lorank watch /shared/t2 --port 8080", "the same port each time, as for ssh -L 8080:127.0.0.1:8080"],
    ["lorank sweep --watch", "the page of a sweep, by the sweep itself"],
  ],
  load: () => import("./watch.ts"),
});
