import { readBytes } from "@lorank/tables/node";
import { jsonOf } from "../rows/json-values.ts";

/** Far more than an evaluator's log of any size; a text becomes JavaScript values of several times its size. */
export const mostJsonBytes = 2 ** 28;

/** Reads a file of one JSON value. Throws E_DATA for what cannot be read or is larger than {@link mostJsonBytes}. */
export function jsonFile(path: string): unknown {
  return jsonOf(textOfFile(path), path);
}

/** The text of a file in UTF-8. Throws E_DATA for what cannot be read or is larger than {@link mostJsonBytes}. */
export function textOfFile(path: string): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(readBytes(path, mostJsonBytes));
}
