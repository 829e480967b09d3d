import { configured } from "../recipe-files.ts";
import type { ToolFacts } from "../tool.ts";

export const axolotl = {
  name: "axolotl",
  title: "Axolotl",
  version: "0.19.0",
  reading: async () => (await import("./read.ts")).reading,
  writing: async () => (await import("./write.ts")).writing,
  recipe: { ...configured, hint: "completions with Axolotl" },
} as const satisfies ToolFacts;
