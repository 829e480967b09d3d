/** Writes `schema/sweep.schema.json`: `node --conditions=@lorank/source --import tsx scripts/write-schema.ts`. */
import { writeFileSync } from "node:fs";
import { sweepJsonSchema } from "../src/config/json-schema.ts";

writeFileSync(new URL("../schema/sweep.schema.json", import.meta.url), sweepJsonSchema());
