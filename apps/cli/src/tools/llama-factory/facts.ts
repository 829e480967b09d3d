import { configured } from "../recipe-files.ts";
import type { ToolFacts } from "../tool.ts";

export const llamaFactory = {
  name: "llama-factory",
  title: "LLaMA-Factory",
  version: "0.9.5",
  reading: async () => (await import("./read.ts")).reading,
  writing: async () => (await import("./write.ts")).writing,
  recipe: { ...configured, hint: "completions with LLaMA-Factory" },
} as const satisfies ToolFacts;
