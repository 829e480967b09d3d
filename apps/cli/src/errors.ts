import { exitCode } from "./exit-codes.ts";
import { plainText } from "./text.ts";

/** The process's own part in what goes wrong. */
interface CodedError extends Error {
  readonly code?: unknown;
}

/** What to say about an error and how to exit. A stack is for us, so it takes DEBUG to see it. */
export function describeError(error: unknown, debug: boolean): { message: string; code: number } {
  if (!(error instanceof Error)) return { message: `error: ${String(error)}`, code: exitCode.failed };
  const { name, code, message, stack } = error as CodedError;
  // Not instanceof: two copies of @lorank/core may be installed.
  if (name === "InputError") return { message: `error: ${plainText(message)}`, code: exitCode.usage };
  if (debug && stack !== undefined) return { message: stack, code: exitCode.failed };
  const hint = code === "E_RUNTIME_MISSING" ? "" : "\nSet DEBUG=1 to see where it happened.";
  return { message: `error: ${plainText(message)}${hint}`, code: exitCode.failed };
}
