/**
 * The preload of all processes that tests start, and the loader of those that run from a bundle: workers and their trials,
 * which `build-worker.ts` has bundled. From their sources they would take eight times the processor time to start.
 */
import { existsSync } from "node:fs";
import { register } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isMainThread } from "node:worker_threads";

/** Where the bundles lie, by the names of their sources. */
export const bundles = new URL("../../node_modules/.cache/lorank-tests/dist/", import.meta.url);
const sources = ["../../src/worker/", "./"].map((folder) => new URL(folder, import.meta.url).href);

/** The bundle of a source file, or undefined. */
function bundleOf(url) {
  const name = url.slice(url.lastIndexOf("/") + 1);
  if (!name.endsWith(".ts") || !sources.some((folder) => url === `${folder}${name}`)) return undefined;
  const bundle = new URL(name.replace(/ts$/, "js"), bundles);
  return existsSync(fileURLToPath(bundle)) ? bundle.href : undefined;
}

export async function resolve(specifier, context, next) {
  const resolved = await next(specifier, context);
  const url = bundleOf(resolved.url);
  return url === undefined ? resolved : { ...resolved, url, format: "module" };
}

if (isMainThread) {
  const [, program] = process.argv;
  if (program !== undefined && bundleOf(pathToFileURL(program).href)) register(import.meta.url);
  else await import("tsx");
}
