import { trainDefaults } from "@lorank/train/defaults";

// No other import here: a command's help reads this file.

/** Defaults for `SweepSettings`, and for `RunOptions` that do not depend on the machine. */
export const sweepDefaults = {
  ...trainDefaults,
  ranks: [4, 8, 16, 32],
  seeds: 5,
  method: "grid",
  /** Most seeds under `--until settled`, which adds seeds. */
  maxSeeds: 12,
  out: "./lorank-sweep",
  maxAttempts: 3,
} as const;
