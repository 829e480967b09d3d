import { completions } from "../recipe-files.ts";
import type { ToolFacts } from "../tool.ts";

export const trl = {
  name: "trl",
  title: "TRL",
  version: "1.16.0",
  writing: async () => (await import("./write.ts")).writing,
  recipe: { ...completions, hint: "completions with TRL" },
} as const satisfies ToolFacts;
