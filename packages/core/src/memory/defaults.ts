/** Default inputs of an estimate. */
export const memoryDefaults = {
  ranks: [4, 8, 16, 32, 64],
  base: "bf16",
  method: "lora",
  microBatch: 1,
  /** In tokens; less if the model takes fewer. */
  seq: 1024,
  profile: "peft",
} as const;
