/** Writes the page into a folder, by default `dist`: node … scripts/build.ts [folder] */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { buildPlayground } from "../src/build.ts";

const out = resolve(process.argv[2] ?? fileURLToPath(new URL("../dist", import.meta.url)));
await buildPlayground(out);
console.log(out);
