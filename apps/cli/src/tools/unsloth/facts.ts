import type { ToolFacts } from "../tool.ts";

export const unsloth = {
  name: "unsloth",
  title: "Unsloth",
  writing: async () => (await import("./write.ts")).writing,
} as const satisfies ToolFacts;
