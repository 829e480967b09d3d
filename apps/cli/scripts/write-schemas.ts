import { mkdirSync, writeFileSync } from "node:fs";
import { documentSchemas, schemasFolder } from "./document-schemas.ts";

mkdirSync(schemasFolder, { recursive: true });
for (const [command, text] of documentSchemas())
  writeFileSync(new URL(`${command}.json`, schemasFolder), text);
