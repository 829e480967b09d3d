/** Writes what is made from the commands' folders and the table of settings: `npm run generate`. */
import { writeFileSync } from "node:fs";
import { generatedFiles } from "./generated.ts";

for (const [file, text] of generatedFiles()) writeFileSync(file, text);
