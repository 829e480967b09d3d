import { defineCommand } from "../../command.ts";
import { question } from "../../flags/headings.ts";
import * as k from "../../flags/kinds.ts";
import type { ValuesOf } from "../../flags/setting.ts";
import { exampleTools, toolNames } from "../../tools/tools.ts";

const [tool, other] = exampleTools;

// biome-ignore format: a row per line
const settings = [
  question("for", k.choice(toolNames), "the tool whose config to write", { unit: "tool", required: true }),
  question("rank", k.count, "another rank of the sweep", { default: "the recommended one, or the proven one where none is" }),
] as const;

export type ConfigSettings = ValuesOf<(typeof settings)[number]>;

export const command = defineCommand({
  name: "config",
  group: "Look and decide:",
  arguments: [
    [
      "<adapter-or-results>",
      "a sweep's folder, its results.json, r16 in its folder, a PEFT adapter (folder or hub id), or runs as verdict takes them, or its JSON",
    ],
  ],
  settings,
  summary: "the recommended rank as a config of the tool you train with",
  description:
    "Print the LoRA part of a tool's config, to be pasted: rank, alpha, scaling, dropout, DoRA and layers, and of the training " +
    "what the sweep had and the tool has a key for. What the tool cannot say stands in a comment.",
  examples: [
    [`lorank config lorank-sweep --for ${tool.name}`, "what the sweep recommends"],
    ["lorank config lorank-sweep --rank 8 --for peft", "another rank of it"],
    [`lorank config out/adapters/r16 --for ${other.name}`, "as an adapter was trained"],
    [`lorank config outcomes.csv --for ${tool.name}`, "what the verdict on outcomes recommends"],
  ],
  tool: { without: [], fetches: true },
  load: () => import("./config.ts"),
});
