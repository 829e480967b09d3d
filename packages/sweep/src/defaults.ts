import { trainDefaults } from "@lorank/train/defaults";

// No other import here: a command's help reads this file.

/** Defaults for `SweepSettings`, and for `RunOptions` that do not depend on the machine. */
export const sweepDefaults = {
  ...trainDefaults,
  ranks: [4, 8, 16, 32],
  seeds: 5,
  method: "grid",
  /** Seed limit for `--until settled`. */
  maxSeeds: 12,
  /** Token accuracy on responses moves little, and in steps; log loss is what training lowers. */
  metric: { classification: "accuracy", "causal-lm": "log-loss" },
  confidence: 0.95,
  out: "./lorank-sweep",
  maxAttempts: 3,
} as const;
