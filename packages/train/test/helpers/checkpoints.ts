import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";

export { fastClock, fiveSteps } from "./five-steps.ts";

/** The child that is killed, as one file that plain Node runs: it starts ten times faster. */
export function bundledChild(): string {
  const folder = temporaryFolder();
  const outfile = join(folder, "dist", "child.mjs");
  buildSync({
    entryPoints: [fileURLToPath(new URL("../trial/checkpoint-child.ts", import.meta.url))],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["@lorank/source"],
    external: ["onnxruntime-node", "@lorank/onnxruntime", "@tensorflow/*"],
    banner: {
      js: 'import { createRequire as from } from "node:module"; const require = from(import.meta.url);',
    },
    logLevel: "error",
  });
  return outfile;
}
