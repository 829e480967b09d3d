import { completions } from "../recipe-files.ts";
import type { ToolFacts } from "../tool.ts";

export const trl = {
  name: "trl",
  title: "TRL",
  version: "1.16.0",
  reading: async () => (await import("./read.ts")).reading,
  writing: async () => (await import("./write.ts")).writing,
  recipe: { ...completions, hint: "completions with TRL" },
} as const satisfies ToolFacts;
