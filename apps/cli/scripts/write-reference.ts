/** Writes what is made from the table of settings: `node --conditions=@lorank/source --import tsx scripts/write-reference.ts`. */
import { writeFileSync } from "node:fs";
import { cliReference, sweepJsonSchema } from "../src/commands/reference.ts";

writeFileSync(new URL("../schema/sweep.schema.json", import.meta.url), sweepJsonSchema());
writeFileSync(new URL("../../../docs/cli.md", import.meta.url), cliReference());
