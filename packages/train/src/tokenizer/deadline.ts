/**
 * Runs `work` and gives up after `milliseconds`.
 *
 * @returns what `work` returns, or null if it did not return in time.
 */
export type Deadline = <T>(milliseconds: number, work: () => T) => { readonly value: T } | null;

/** Where nothing can end what runs: a regular expression that never ends takes its thread with it. */
export const withoutDeadline: Deadline = (_, work) => ({ value: work() });
