import type { ToolFacts } from "../tool.ts";

export const torchtune = {
  name: "torchtune",
  title: "torchtune",
  version: "0.6.1",
  reading: async () => (await import("./read.ts")).reading,
  writing: async () => (await import("./write.ts")).writing,
} as const satisfies ToolFacts;
