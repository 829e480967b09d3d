import { documentSchemas } from "./document-schemas.ts";
import { cliReference, sweepJsonSchema } from "./reference.ts";

/** Files that are made from the commands' folders and the table of settings: each with its text. */
export function generatedFiles(): ReadonlyMap<URL, string> {
  const at = (path: string): URL => new URL(path, import.meta.url);
  return new Map([
    [at("../schema/sweep.schema.json"), sweepJsonSchema()],
    [at("../../../docs/cli.md"), cliReference()],
    ...[...documentSchemas()].map(([command, text]) => [at(`../schemas/${command}.json`), text] as const),
  ]);
}
