import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bundle } from "./build.ts";
import { bundles } from "./built-worker.mjs";

/** Bundles the worker and the trials of this folder before the first test. */
export default function setup(): void {
  const folder = fileURLToPath(bundles);
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}../package.json`, '{"type":"module","version":"0.0.0"}');
  const here = fileURLToPath(new URL(".", import.meta.url));
  const trials = readdirSync(here).filter((name) => name.endsWith("-trial.ts"));
  const worker = fileURLToPath(new URL("../../src/worker/worker.ts", import.meta.url));
  bundle([worker, ...trials.map((name) => `${here}${name}`)], folder);
}
