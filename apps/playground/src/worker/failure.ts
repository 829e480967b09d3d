import { isInputError } from "@lorank/core";

/** Error thrown into running work to end it. */
export class Stopped extends Error {
  override readonly name = "Stopped";
}

/** Error text a person can act on. */
export function failureText(error: unknown): string {
  if (isInputError(error)) return error.message;
  const { name = "", message = String(error), code } = error as Partial<Error> & { readonly code?: unknown };
  if (code === "E_DEVICE") return `${message}\nChoose WebAssembly as the device; it runs everywhere.`;
  if (name === "QuotaExceededError" || /storage is full/.test(message))
    return "The browser's storage for this page is full: remove what is kept here, or free disk space.";
  if (name === "NotReadableError" || name === "NotFoundError")
    return `A file could not be read: it was changed, moved or removed since it was chosen. Choose it again. (${message})`;
  if (name === "NoModificationAllowedError")
    return `A file is in use by another tab: close the others, and try again. (${message})`;
  if (isOutOfMemory(name, message))
    return (
      "Out of memory: the browser gave this page no more; WebAssembly ends at 4 GB.\n" +
      `A smaller max length, batch size or model needs less. What is done is kept. (${message})`
    );
  if (name === "NetworkError" || (name === "TypeError" && /fetch/i.test(message)))
    return "A file of this page could not be loaded: the network or the server is away. Try again later.";
  return `Something went wrong: ${message}`;
}

function isOutOfMemory(name: string, message: string): boolean {
  return (
    /out of memory|bad_alloc|allocation failed|could not allocate|memory access out of bounds|OrtOutOfMemory/i.test(
      message,
    ) ||
    (name === "RangeError" && /memory|length/i.test(message))
  );
}
