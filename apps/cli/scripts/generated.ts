import { documentSchemas } from "./document-schemas.ts";
import { pythonFiles } from "./python/python.ts";
import { cliReference, sweepJsonSchema } from "./reference.ts";

/** Files that are made from the commands' folders and the table of settings: each with its text. */
export function generatedFiles(): ReadonlyMap<URL, string> {
  const at = (path: string): URL => new URL(path, import.meta.url);
  const schemas = documentSchemas();
  return new Map([
    [at("../schema/sweep.schema.json"), sweepJsonSchema()],
    [at("../../../docs/cli.md"), cliReference()],
    ...[...schemas].map(([command, text]) => [at(`../schemas/${command}.json`), text] as const),
    ...pythonFiles(schemas),
  ]);
}
