/** What is estimated where nothing else is said. */
export const memoryDefaults = {
  ranks: [4, 8, 16, 32, 64],
  base: "bf16",
  method: "lora",
  microBatch: 1,
  /** In tokens; less where the model takes fewer. */
  seq: 1024,
  profile: "peft",
} as const;
