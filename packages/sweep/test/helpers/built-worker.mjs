/**
 * The preload of all processes that tests start, and the loader of workers, which run from a bundle that `build-worker.ts`
 * has made. From their sources they would take eight times the processor time to start, and know no fake trainer.
 * Vitest compiles what its own processes run, so those load no compiler.
 */
import { existsSync } from "node:fs";
import { register } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isMainThread } from "node:worker_threads";

// Kept for children, which may start in another folder.
process.env.LORANK_TEST_PACKAGE ??= process.cwd();

/** Where the bundles of the package lie whose tests run. */
export const bundles = new URL(
  "node_modules/.cache/lorank-tests/dist/",
  `${pathToFileURL(process.env.LORANK_TEST_PACKAGE)}/`,
);
const worker = new URL("../../src/worker/worker.ts", import.meta.url);
const bundle = new URL("worker.js", bundles);

export async function resolve(specifier, context, next) {
  const resolved = await next(specifier, context);
  return resolved.url === worker.href ? { ...resolved, url: bundle.href, format: "module" } : resolved;
}

if (isMainThread) {
  const [, program = ""] = process.argv;
  if (pathToFileURL(program).href === worker.href && existsSync(fileURLToPath(bundle)))
    register(import.meta.url);
  else if (!/[\\/]vitest[\\/]dist[\\/]workers[\\/]/.test(program)) await import("tsx");
}
