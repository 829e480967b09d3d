import { isInputError } from "@lorank/core";
import { decodeUtf8, type JsonObject, parseJsonObject } from "../json.ts";
import { readWholeFile } from "./descriptor.ts";
import { unreadable } from "./system-error.ts";

/**
 * Reads a JSON file; also returns its bytes, so that a digest is of what was parsed.
 *
 * @throws InputError E_FILE when it cannot be read, E_JSON when it is not a JSON object.
 */
export function readJsonObject(path: string): { value: JsonObject; bytes: Uint8Array } {
  let bytes: Buffer;
  try {
    bytes = readWholeFile(path);
  } catch (error) {
    throw isInputError(error) ? error : unreadable(path, error);
  }
  return { value: parseJsonObject(decodeUtf8(bytes, path), path), bytes };
}
