import { exitCode } from "./exit-codes.ts";
import { plainText } from "./text.ts";

/** The process's own part in what goes wrong. */
interface CodedError extends Error {
  readonly code?: unknown;
}

/** Longer than paths are: something that was typed or read, of which the beginning is enough. */
const longWord = /\S{1000,}/g;

/** What to say about an error and how to exit. A stack is for us, so it takes DEBUG to see it. */
export function describeError(error: unknown, debug: boolean): { message: string; code: number } {
  if (!(error instanceof Error)) return { message: `error: ${String(error)}`, code: exitCode.failed };
  const { name, code, message, stack } = error as CodedError;
  const words = plainText(message).replace(longWord, (word) => `${word.slice(0, 120)}…`);
  // Not instanceof: two copies of @lorank/core may be installed. A name that is too long was typed.
  if (name === "InputError" || code === "ENAMETOOLONG")
    return { message: `error: ${words}`, code: exitCode.usage };
  if (debug && stack !== undefined) return { message: stack, code: exitCode.failed };
  const hint = code === "E_RUNTIME_MISSING" ? "" : "\nSet DEBUG=1 to see where it happened.";
  return { message: `error: ${words}${hint}`, code: exitCode.failed };
}
