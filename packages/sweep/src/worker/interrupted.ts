/** What a worker exits with that was asked to end: EX_TEMPFAIL of sysexits.h, try again later. */
export const interruptedCode = 75;
