import { defineCommand } from "../../command.ts";
import { adapterArgument, folder } from "../../flags/common-kinds.ts";
import { adapter, output } from "../../flags/headings.ts";
import * as k from "../../flags/kinds.ts";
import type { ValuesOf } from "../../flags/setting.ts";

// biome-ignore format: a row per line
const settings = [
  adapter("rank", k.count, "the new rank", { required: true }),
  output("out", folder, "where to write it", { short: "o", required: true }),
  output("force", k.onOff, "replace what is there"),
] as const;

export type TruncateSettings = ValuesOf<(typeof settings)[number]>;

export const command = defineCommand({
  name: "truncate",
  group: "Models and adapters:",
  arguments: [adapterArgument],
  settings,
  summary: "lower the rank of an adapter",
  description:
    "Write the adapter of a lower rank whose update is nearest, layer by layer (by SVD, without training).\n" +
    "Heads are kept; alpha becomes the rank.",
  examples: [["lorank truncate out/adapters/r64 --rank 8 -o r8", "rank 64 to rank 8"]],
  load: () => import("./truncate.ts"),
});
