import { reading, readTextFile, throwIfUnreadable } from "@lorank/checkpoint/files";
import { InputError, parseJson } from "@lorank/core";

/** Parses a JSON file; errors of its content say what to do where there is `advice`. */
export function readJson(path: string, advice?: string): unknown {
  let text: string;
  try {
    text = readTextFile(path);
  } catch (cause) {
    throwIfUnreadable(path, cause);
    if (advice === undefined)
      reading(path, () => {
        throw cause;
      });
    throw withAdvice(`${path} must be JSON: ${(cause as Error).message}`, advice, cause);
  }
  try {
    return parseJson(text, path);
  } catch (cause) {
    throw withAdvice((cause as Error).message, advice, cause);
  }
}

function withAdvice(message: string, advice: string | undefined, cause: unknown): InputError {
  return new InputError("E_JSON", advice === undefined ? message : `${message}\n${advice}`, { cause });
}

/** The same of a file that holds an object. */
export function readJsonObject(path: string, advice: string): Readonly<Record<string, unknown>> {
  const json = readJson(path, advice);
  if (typeof json === "object" && json !== null && !Array.isArray(json)) return { ...json };
  throw new InputError("E_JSON", `${path} must hold a JSON object, got ${JSON.stringify(json)}\n${advice}`);
}
