/** Builds the page and serves it on this machine: node … scripts/serve.ts [port] */
import { fileURLToPath } from "node:url";
import { buildPlayground } from "../src/build.ts";
import { isolationHeaders } from "../src/isolation.ts";
import { serveFolder } from "./serve-folder.ts";

const out = fileURLToPath(new URL("../dist", import.meta.url));
await buildPlayground(out);
const { address } = await serveFolder(out, {
  port: Number(process.argv[2] ?? 4173),
  headers: isolationHeaders,
});
console.log(`${address}  (Ctrl-C ends it)`);
