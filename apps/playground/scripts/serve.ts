/** Builds the page and serves it on this machine: node … scripts/serve.ts [port] */
import { fileURLToPath } from "node:url";
import { buildPlayground } from "../src/build.ts";
import { serveFolder } from "./serve-folder.ts";

const out = fileURLToPath(new URL("../dist", import.meta.url));
await buildPlayground(out);
const { address } = await serveFolder(out, Number(process.argv[2] ?? 4173));
console.log(`${address}  (Ctrl-C ends it)`);
