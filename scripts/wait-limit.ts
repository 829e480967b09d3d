/** Milliseconds that a test waits for one condition: less than its own limit, so that the failure names the condition. */
export const WAIT_LIMIT = 300_000;
