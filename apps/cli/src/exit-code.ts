/** Exit codes, a documented part of the command line. */
export const exitCode = {
  done: 0,
  failed: 1,
  /** Exit code for wrong usage, configuration or data; nothing was started. */
  usage: 2,
  /** Some trials have no result. A verdict exists only if their ranks have no result under any seed. */
  failedTrials: 3,
  inconclusive: 4,
  /** Stopped on request; the same command resumes. Source: EX_TEMPFAIL in sysexits.h. */
  interrupted: 75,
  /** Exit code 128 + SIGHUP: the terminal is gone. */
  hungUp: 129,
  /** Exit code 128 + SIGINT: the second Ctrl-C. */
  killed: 130,
  /** Exit code 128 + SIGTERM. */
  terminated: 143,
} as const;
