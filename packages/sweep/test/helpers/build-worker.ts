import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bundle } from "./build.ts";
import { bundles } from "./built-worker.mjs";

/** Bundles the worker before the first test. */
export default async function setup(): Promise<void> {
  const folder = fileURLToPath(bundles);
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}../package.json`, '{"type":"module","version":"0.0.0"}');
  await bundle([fileURLToPath(new URL("./worker.ts", import.meta.url))], folder);
}
