/** Calls a function as JavaScript does, and returns the error. */
export function anyhow(called: unknown, ...args: readonly unknown[]): unknown {
  try {
    return (called as (...args: readonly unknown[]) => unknown)(...args);
  } catch (error) {
    return error;
  }
}
