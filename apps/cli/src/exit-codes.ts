/** What the process says to whoever started it. Part of the command line's contract. */
export const exitCode = {
  done: 0,
  failed: 1,
  /** Wrong usage, configuration or data: nothing was started. */
  usage: 2,
  /** The sweep ended, but some trials have no result. */
  failedTrials: 3,
  /** `--require-conclusive` and the verdict is inconclusive. */
  inconclusive: 4,
  /** Stopped on request; the same command goes on where it stopped. EX_TEMPFAIL of sysexits.h. */
  interrupted: 75,
  /** 128 + SIGHUP: the terminal is gone. */
  hungUp: 129,
  /** 128 + SIGINT: the second Ctrl-C. */
  killed: 130,
  /** 128 + SIGTERM. */
  terminated: 143,
} as const;
