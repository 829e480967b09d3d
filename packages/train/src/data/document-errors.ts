import { InputError, isInputError } from "@lorank/core";

/** Runs `work` on one document; what it cannot tokenise or write is thrown again with the document's id. */
export function naming<T>(id: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!isInputError(error) || (error.code !== "E_TOKENIZER" && error.code !== "E_CHAT_TEMPLATE"))
      throw error;
    throw new InputError(error.code, `example ${id}: ${error.message}`, { cause: error });
  }
}
