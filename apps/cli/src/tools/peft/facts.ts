import { pythonFiles } from "../recipe-files.ts";
import type { ToolFacts } from "../tool.ts";

export const peft = {
  name: "peft",
  title: "PEFT",
  version: "0.21.2",
  file: "adapter_config.json",
  reading: async () => (await import("./read.ts")).reading,
  writing: async () => (await import("./write.ts")).writing,
  recipe: {
    files: [...pythonFiles, "placement.py", "README.md"],
    hint: "a classifier with PEFT",
    columns: "text and label",
  },
} as const satisfies ToolFacts;
