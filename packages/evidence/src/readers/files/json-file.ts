import { readBytes } from "@lorank/tables/node";
import { jsonOf } from "../rows/json-values.ts";

/** Largest JSON file read, in bytes: far above any evaluator's log. Values take several times a text's size. */
export const mostJsonBytes = 2 ** 28;

/** Parsed JSON file. @throws as {@link textOfFile}. */
export function jsonFile(path: string): unknown {
  return jsonOf(textOfFile(path), path);
}

/** Text of a file. @throws InputError `E_DATA` if unreadable or larger than {@link mostJsonBytes}. */
export function textOfFile(path: string): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(readBytes(path, mostJsonBytes));
}
