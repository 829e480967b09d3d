/** What a sweep does where it is not told otherwise. No import here: a command's help reads it. */

/** Of `RunOptions`, what does not depend on the machine. */
export const runDefaults = {
  threads: 1,
  device: "cpu",
  trialsPerProcess: "auto",
  maxAttempts: 3,
} as const;
