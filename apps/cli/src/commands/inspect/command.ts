import { defineCommand } from "../../command.ts";
import { adapterArgument } from "../../flags/common-kinds.ts";
import { adapter } from "../../flags/headings.ts";
import * as k from "../../flags/kinds.ts";
import type { ValuesOf } from "../../flags/setting.ts";

// biome-ignore format: a row per line
const settings = [
  adapter("layers", k.onOff, "a row for each layer, not for each kind"),
] as const;

export type InspectSettings = ValuesOf<(typeof settings)[number]>;

export const command = defineCommand({
  name: "inspect",
  group: "Models and adapters:",
  arguments: [adapterArgument],
  settings,
  summary: "what an adapter's update looks like",
  description:
    "Show the singular spectrum of an adapter's update by kind of module: norm, stable and effective rank, " +
    "and which programs cannot read the adapter as it is.",
  examples: [
    ["lorank inspect out/adapters/r16", "by kind of module"],
    ["lorank inspect out/adapters/r16 --layers", "each layer"],
    ["lorank inspect org/adapter --json", "one from the hub, all singular values"],
  ],
  load: () => import("./inspect.ts"),
});
