import { createContext, Script } from "node:vm";

const context = createContext(Object.create(null) as { task?: () => void });
const script = new Script("task()");

/**
 * Runs `work` and gives up after `milliseconds`, in the middle of a regular expression too: those look for a signal to
 * stop while they go back and try again, and `node:vm` sends it. About a tenth of a millisecond for each call.
 *
 * @returns what `work` returns, or null if it did not return in time.
 */
export function withinDeadline<T>(milliseconds: number, work: () => T): { readonly value: T } | null {
  const outer = context.task;
  let result: { readonly value: T } | null = null;
  context.task = () => {
    result = { value: work() };
  };
  try {
    script.runInContext(context, { timeout: milliseconds });
    return result;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return null;
    throw error;
  } finally {
    context.task = outer as () => void;
  }
}
