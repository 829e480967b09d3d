import { machineErrorCode } from "@lorank/core";
import { plainText } from "./text.ts";

/** The process's own part in what goes wrong. */
interface CodedError extends Error {
  readonly code?: unknown;
}

/** Advice on what the file system refuses. */
const advice: Readonly<Record<string, string>> = {
  ENOSPC: "Make room on that disk, then run the same again.",
  EDQUOT: "Make room within your quota of that disk, then run the same again.",
  EIO: "The disk, or the connection to it, fails: check it, then run the same again.",
  ESTALE: "The server of that disk has lost the file: check the connection, then run the same again.",
  EMFILE: "Raise the limit of open files (ulimit -n), then run the same again.",
  ENFILE: "The system has too many open files: end other programs, then run the same again.",
  EACCES: "Get permission to it, or use another place.",
  EPERM: "Get permission to it, or use another place.",
  EROFS: "Use another place: that disk can only be read.",
};

/** V8 reserves about 10 GB of addresses for each memory of WebAssembly, however little of it is used. */
const wasmAdvice =
  "The addresses of this process are limited (ulimit -v), and Node reserves 10 GB of them for each WebAssembly memory.\n" +
  "Use a shell without that limit, or run the same with NODE_OPTIONS=--disable-wasm-trap-handler, which needs no such room.";

/** Longer than paths are: something that was typed or read, of which the beginning is enough. */
const longWord = /\S{1000,}/g;

/** Finds advice on an error of the system, or on the words of one; undefined for any other. */
export function adviceOn(error: unknown): string | undefined {
  const words = error instanceof Error ? error.message : String(error);
  if (/\bWebAssembly\b.*\bmemory\b/i.test(words)) return wasmAdvice;
  return advice[machineErrorCode(error) ?? String((error as CodedError).code)];
}

/** Message and exit code of an error. A stack takes DEBUG to be seen. */
export function describeError(error: unknown, debug: boolean): { message: string; code: number } {
  if (!(error instanceof Error)) return { message: `error: ${String(error)}`, code: exitCode.failed };
  const { name, code, message, stack } = error as CodedError;
  const words = plainText(message).replace(longWord, (word) => `${word.slice(0, 120)}…`);
  const isMachines = machineErrorCode(error) !== undefined;
  // Not instanceof: two copies of @lorank/core may be installed. A name that is too long was typed.
  if ((name === "InputError" && !isMachines) || code === "ENAMETOOLONG")
    return { message: `error: ${words}`, code: exitCode.usage };
  if (debug && stack !== undefined) return { message: stack, code: exitCode.failed };
  const hint = adviceOn(error) ?? "Set DEBUG=1 to see where it happened.";
  const isAdvised = code === "E_RUNTIME_MISSING" || words.includes("\nMake room");
  return { message: `error: ${words}${isAdvised ? "" : `\n${hint}`}`, code: exitCode.failed };
}

/** Exit codes, a part of the command line's contract. */
export const exitCode = {
  done: 0,
  failed: 1,
  /** Wrong usage, configuration or data: nothing was started. */
  usage: 2,
  /** The sweep ended, but some trials have no result. It has a verdict where they are all runs of some ranks. */
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
