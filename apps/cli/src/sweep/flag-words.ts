import { InputError } from "@lorank/core";

/** An error of @lorank/sweep, which names its own fields, in the words of the flags. */
export function inFlagWords(error: InputError): InputError {
  return new InputError(error.code, error.message.replace(/^out must/, "--out must"), { cause: error });
}
