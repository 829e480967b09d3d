import { InputError, isInputError } from "@lorank/core";

/** What a setting of @lorank/sweep is called on the command line: `--learning-rate`. */
export function flagOf(setting: string): string {
  return `--${setting.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** An error about the results folder or the queue, in the words of the flags; any other error as it is. */
export function inFlagWords(error: unknown): unknown {
  if (!isInputError(error)) return error;
  return new InputError(error.code, error.message.replace(/^(out|redis) must/, "--$1 must"), {
    cause: error,
  });
}
