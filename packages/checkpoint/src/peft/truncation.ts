import { InputError } from "@lorank/core";
import type { JsonObject } from "../json.ts";
import { shown } from "../text.ts";

/** What transformers' tokenizers call it. */
export function truncationJson(maxLength: number): JsonObject {
  return { max_length: maxLength, truncation_side: "right" };
}

/** `maxLength` of an adapter folder's `truncation.json`. Throws InputError E_PEFT naming `file`. */
export function parseTruncation({ max_length: length }: JsonObject, file: string): number {
  if (typeof length === "number" && Number.isSafeInteger(length) && length > 0) return length;
  throw new InputError(
    "E_PEFT",
    `${file}: max_length must be a positive whole number, got ${length === undefined ? "none" : shown(length)}`,
  );
}
