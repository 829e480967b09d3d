import { readFileSync } from "node:fs";
import type { Documents } from "./documents.ts";

/** Reads the JSON Schema of the document that a command prints with `--json`. */
export function schemaOf(command: keyof Documents): object {
  // As far from the sources as from the build.
  return JSON.parse(readFileSync(new URL(`../schemas/${command}.json`, import.meta.url), "utf8"));
}
