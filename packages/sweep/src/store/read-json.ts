import { readFileSync } from "node:fs";
import { reading, throwIfUnreadable } from "@lorank/checkpoint/files";
import { InputError } from "@lorank/core";

/** Parses a JSON file; the error names the file, and says what to do where there is `advice`. */
export function readJson(path: string, advice?: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throwIfUnreadable(path, cause);
    if (!(cause instanceof SyntaxError) && advice === undefined)
      reading(path, () => {
        throw cause;
      });
    const lines = [`${path} must be JSON: ${(cause as Error).message}`, ...(advice ? [advice] : [])];
    throw new InputError("E_JSON", lines.join("\n"), { cause });
  }
}

/** The same of a file that holds an object. */
export function readJsonObject(path: string, advice: string): Readonly<Record<string, unknown>> {
  const json = readJson(path, advice);
  if (typeof json === "object" && json !== null && !Array.isArray(json)) return { ...json };
  throw new InputError("E_JSON", `${path} must hold a JSON object, got ${JSON.stringify(json)}\n${advice}`);
}
