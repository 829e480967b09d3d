import { trainDefaults } from "@lorank/train/defaults";

// No other import here: a command's help reads it.

/** Defaults of `SweepSettings`, and of `RunOptions` as far as they do not depend on the machine. */
export const sweepDefaults = {
  ...trainDefaults,
  ranks: [4, 8, 16, 32],
  seeds: 5,
  method: "grid",
  /** Most seeds of `--until settled`, which adds seeds until the verdict is settled. */
  maxSeeds: 12,
  /**
   * A response's accuracy is the share of its tokens that are right: it moves little, and in steps. Log loss counts how
   * far off each token was, and is what training lowers.
   */
  metric: { classification: "accuracy", "causal-lm": "log-loss" },
  confidence: 0.95,
  out: "./lorank-sweep",
  maxAttempts: 3,
} as const;
