const shared = globalThis as { lorankWarnings?: string[] };
// Files that share a process may each load this module.
shared.lorankWarnings ??= [];

/** Warnings that came in this process, and that no test has asserted. */
export const heard = shared.lorankWarnings;

/** Warnings since the test began, or since the last call. A test that calls this asserts them. */
export function warned(): string[] {
  return heard.splice(0);
}
