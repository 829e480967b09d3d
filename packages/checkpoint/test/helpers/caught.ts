import { type InputError, isInputError } from "@lorank/core";

/** The InputError that `action` throws. Anything else that it throws, or nothing, fails the test. */
export function caught(action: () => unknown): InputError {
  try {
    action();
  } catch (error) {
    if (isInputError(error)) return error;
    throw error;
  }
  throw new Error("no error was thrown");
}

/** The InputError that a promise is rejected with. */
export async function caughtLater(promise: Promise<unknown>): Promise<InputError> {
  return promise.then(
    () => {
      throw new Error("the promise was not rejected");
    },
    (error) =>
      caught(() => {
        throw error;
      }),
  );
}
