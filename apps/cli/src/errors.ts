import { InputError, machineErrorCode } from "@lorank/core";
import { CommanderError } from "commander";
import { exitCode } from "./exit-code.ts";
import { plainText } from "./text.ts";

interface CodedError extends Error {
  readonly code?: unknown;
  readonly field?: unknown;
}

/** Error facts for a program, about any thrown value. */
export interface ErrorFacts {
  /**
   * Kind of error; a later version may add some. `E_USAGE`: the command line. `E_UNEXPECTED`: an error without a code.
   * Others without `E_` come from the system or Node, such as ENOSPC.
   */
  readonly code: string;
  readonly message: string;
  /**
   * Flag, argument, key or file at fault, as the message writes it; the first of several. Absent if no single word
   * names it.
   */
  readonly field?: string;
}

/** Document for `--json` when a command fails. */
export interface ErrorDocument {
  readonly error: ErrorFacts;
}

/** Error of a command stopped by a signal; a message is already on stderr. */
export class StoppedError extends Error {
  override readonly name = "StoppedError";
  readonly code = "E_STOPPED";
  readonly exit: number;
  constructor(message: string, exit: number) {
    super(message);
    this.exit = exit;
  }
}

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

/** Advice on WebAssembly: V8 reserves about 10 GB of addresses per memory, however little is used. */
const wasmAdvice =
  "The addresses of this process are limited (ulimit -v), and Node reserves 10 GB of them for each WebAssembly memory.\n" +
  "Use a shell without that limit, or run the same with NODE_OPTIONS=--disable-wasm-trap-handler, which needs no such room.";

/** Words longer than any path, which messages shorten. */
const longWord = /\S{1000,}/g;

export function adviceOn(error: unknown): string | undefined {
  const words = error instanceof Error ? error.message : String(error);
  if (/\bWebAssembly\b.*\bmemory\b/i.test(words)) return wasmAdvice;
  return advice[machineErrorCode(error) ?? String((error as CodedError).code)];
}

interface DescribedError {
  readonly facts: ErrorFacts;
  /** Message for stderr; undefined if already printed. The stack is added under `debug`. */
  readonly text?: string;
  readonly exit: number;
}

/** Describes any thrown value, and alone decides which errors a user can correct. */
export function describeError(error: unknown, debug: boolean): DescribedError {
  if (error instanceof CommanderError) return { facts: usageFacts(error), exit: exitCode.usage };
  if (error instanceof StoppedError) return { facts: factsOf(error, error.message), exit: error.exit };
  if (!(error instanceof Error)) {
    const message = String(error);
    return { facts: { code: unexpected, message }, text: `error: ${message}`, exit: exitCode.failed };
  }
  const { name, code, message, stack } = error as CodedError;
  const words = plainText(message).replace(longWord, (word) => `${word.slice(0, 120)}…`);
  // Not instanceof: two copies of @lorank/core may be installed. ENAMETOOLONG comes from a typed name.
  const isInput = name === "InputError" && machineErrorCode(error) === undefined;
  if (isInput || code === "ENAMETOOLONG")
    return { facts: factsOf(error, words), text: `error: ${words}`, exit: exitCode.usage };
  const isAdvised = code === "E_RUNTIME_MISSING" || words.includes("\nMake room");
  const hint = isAdvised ? undefined : adviceOn(error);
  const whole = hint === undefined ? words : `${words}\n${hint}`;
  const more = isAdvised || hint !== undefined ? "" : "\nSet DEBUG=1 to see where it happened.";
  const text = (debug ? stack : undefined) ?? `error: ${whole}${more}`;
  return { facts: factsOf(error, whole), text, exit: exitCode.failed };
}

const unexpected = "E_UNEXPECTED";

function factsOf(error: Error, message: string): ErrorFacts {
  const { code, field } = error as CodedError;
  return {
    code: machineErrorCode(error) ?? (typeof code === "string" && code !== "" ? code : unexpected),
    message,
    ...(typeof field === "string" ? { field } : {}),
  };
}

function usageFacts({ message }: CommanderError): ErrorFacts {
  const [, field] = /(?:option|argument|command) '(?:-\w, )?([^' ]+)/.exec(message) ?? [];
  return {
    code: "E_USAGE",
    message: plainText(message).replace(/^error: /, ""),
    ...(field === undefined ? {} : { field }),
  };
}

export function throwIfAny(problems: readonly string[]): void {
  if (problems.length > 0) throw new InputError("E_CONFIG", problems.join("\n"));
}
