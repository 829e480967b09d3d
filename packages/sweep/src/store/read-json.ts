import { readFileSync } from "node:fs";
import { reading } from "@lorank/checkpoint/files";
import { InputError, machineErrorCode } from "@lorank/core";

/** Parses a JSON file; the error names the file, and says what to do where there is `advice`. */
export function readJson(path: string, advice?: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    // What cannot be read now may be whole: nobody is told to delete it.
    const code = codeOf(cause);
    if (/^E(ACCES|PERM)$/.test(code)) {
      const rule = `${path} must be a file that can be read, got ${code}`;
      throw new InputError("E_FILE", `${rule}\nGet permission to read it, then run the same again.`, {
        cause,
      });
    }
    const isText = cause instanceof SyntaxError;
    if (machineErrorCode(cause) !== undefined || (!isText && advice === undefined))
      reading(path, () => {
        throw cause;
      });
    const lines = [`${path} must be JSON: ${(cause as Error).message}`, ...(advice ? [advice] : [])];
    throw new InputError("E_JSON", lines.join("\n"), { cause });
  }
}

function codeOf(error: unknown): string {
  return String((error as { readonly code?: unknown }).code);
}

/** The same of a file that holds an object. */
export function readJsonObject(path: string, advice: string): Readonly<Record<string, unknown>> {
  const json = readJson(path, advice);
  if (typeof json === "object" && json !== null && !Array.isArray(json)) return { ...json };
  throw new InputError("E_JSON", `${path} must hold a JSON object, got ${JSON.stringify(json)}\n${advice}`);
}
