import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildPage } from "../src/build.ts";

const folder = fileURLToPath(new URL("../dist/", import.meta.url));
mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}memory-calculator.html`, await buildPage());
console.log(`${folder}memory-calculator.html`);
