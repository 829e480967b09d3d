import type { ToolFacts } from "../tool.ts";

export const accelerate = {
  name: "accelerate",
  title: "accelerate",
  version: "1.14",
  reading: async () => (await import("./read.ts")).reading,
} as const satisfies ToolFacts;
